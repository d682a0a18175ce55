/**
 * `pnpm bench [--quick] [--against CHECKOUT] [NAME…]`: measures, shows a table, and fails only if a bench could not be run.
 * Ends by itself, and ends all that it started; also after Ctrl-C. A whole run writes `results/` and the pages that show
 * them, topic by topic. With names, `--write` does the same for those topics; `--report` writes all anew of the last results.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench, Row } from './bench.ts';
import { BENCHES } from './benches.ts';
import { builtServer } from './world/server.ts';
import { killAll } from './world/children.ts';
import { writeGenerated } from './report/pages.ts';
import { type Measured, commit, machine, occasion, readResults, withMeasured } from './report/results.ts';
import { tableOf } from './report/table.ts';

const { values, positionals } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    report: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    against: { type: 'string' },
  },
  allowPositionals: true,
});
if (values.write && (values.quick || values.against !== undefined || positionals.length === 0)) {
  process.stderr.write('--write is for named topics, measured in full and by themselves\n');
  process.exit(2);
}
/** Before a topic is written: that changes the work tree. */
const CHECKOUT = commit();
/** Of one bench. It is ended then, and the others go on. */
const MOST_MS = (values.quick ? 1 : 20) * 60_000;
/** Of all of them. */
const WHOLE_MS = (values.quick ? 5 : 90) * 60_000;

const folder = mkdtempSync(join(tmpdir(), 'beckon-bench-'));
const leave = (): void => {
  killAll();
  rmSync(folder, { recursive: true, force: true });
};
process.on('exit', leave);
for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const) {
  process.on(signal, () => process.exit(128 + number));
}

setTimeout(() => {
  process.stderr.write(`\nit did not end within ${WHOLE_MS / 60_000} min\n`);
  process.exit(1);
}, WHOLE_MS).unref();

/** On a terminal one line that changes; else a line each, so that a log shows what took the time. */
function say(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${line}`);
  else process.stderr.write(`${line}\n`);
}

async function run(bench: Bench): Promise<readonly Row[]> {
  const began = performance.now();
  const own = mkdtempSync(join(folder, `${bench.name}-`));
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`it did not end within ${MOST_MS / 60_000} min`)), MOST_MS);
  try {
    return await Promise.race([
      late.promise,
      bench.run({
        quick: values.quick,
        folder: own,
        against: values.against === undefined ? null : resolve(values.against),
        say: (progress) => say(`${bench.name}, ${((performance.now() - began) / 1_000).toFixed(0)} s: ${progress}`),
      }),
    ]);
  } finally {
    clearTimeout(timer);
    // What it did not stop itself, because it failed.
    killAll();
    rmSync(own, { recursive: true, force: true });
  }
}

function chosen(): readonly Bench[] {
  const unknown = positionals.filter((name) => BENCHES.every((bench) => bench.name !== name));
  if (unknown.length > 0) {
    throw new Error(`there is no bench ${unknown.join(', ')}; there are ${BENCHES.map(({ name }) => name).join(', ')}`);
  }
  return positionals.length === 0 ? BENCHES : BENCHES.filter(({ name }) => positionals.includes(name));
}

/** Null where it failed twice: what else a machine does may spoil one go of a run that takes half an hour. */
async function measure(bench: Bench): Promise<Measured | null> {
  for (let go = 1; go <= (values.quick ? 1 : 2); go += 1) {
    const when = occasion(CHECKOUT);
    try {
      const rows = await run(bench);
      if (process.stderr.isTTY) say('');
      process.stdout.write(`\n${bench.title}\n${tableOf(rows)}\n`);
      return { name: bench.name, title: bench.title, ...when, rows };
    } catch (error) {
      process.stderr.write(`\n${bench.name} failed: ${error instanceof Error ? (error.stack ?? '') : String(error)}\n`);
    }
  }
  return null;
}

async function measureAll(): Promise<boolean> {
  builtServer();
  const began = performance.now();
  const all = chosen();
  const isWritten = positionals.length === 0 ? !values.quick && values.against === undefined : values.write;
  let done = 0;
  for (const bench of all) {
    const measured = await measure(bench);
    if (measured === null) continue;
    done += 1;
    if (isWritten) write(measured);
  }
  const minutes = ((performance.now() - began) / 60_000).toFixed(1);
  process.stdout.write(`\n${done} of ${all.length} benches in ${minutes} min\n`);
  if (isWritten && done > 0) process.stdout.write('written: bench/results, and the pages that show them\n');
  return done === all.length;
}

/** At once, so that a run that is ended has not measured for nothing. */
function write(measured: Measured): void {
  const of = { machine: machine(), benches: [measured] };
  writeGenerated(
    withMeasured(
      readResults(),
      of,
      BENCHES.map(({ name }) => name),
    ),
  );
}

let succeeded = false;
try {
  if (values.report) writeGenerated(readResults());
  succeeded = values.report || (await measureAll());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
}
// A bench that was ended may still be waiting for something.
process.exit(succeeded ? 0 : 1);
