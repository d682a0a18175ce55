import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createManualTimers } from '../test-support/manual-timers.ts';
import type { MetricsJson } from '../telemetry/index.ts';
import type { FromWorker, LiveSettings, ToWorker } from './messages.ts';
import { type WorkerEvents, type WorkerProcess, createSupervisor } from './supervisor.ts';

/** What the processes hear of each other is here; that real ones behave so is in `commands/workers.test.ts`. */

interface Fake {
  readonly pid: number;
  readonly heard: ToWorker[];
  readonly events: WorkerEvents;
  isKilled: boolean;
  isGone: boolean;
  says(message: FromWorker): void;
  /** Serves, as a worker does that started well. */
  serves(): void;
  dies(how?: string): void;
}

const LIVE: LiveSettings = { clients: [], trustedProxies: [], marks: [] };
const NEXT: LiveSettings = { clients: [], trustedProxies: ['10.0.0.0/8'], marks: [] };

function world(count = 2) {
  const manual = createManualTimers();
  const forked: Fake[] = [];
  const log: { readonly event: string; readonly [field: string]: unknown }[] = [];
  const note = (event: string, fields: object = {}): void => void log.push({ event, ...fields });
  const fork = (events: WorkerEvents): WorkerProcess => {
    const fake: Fake = {
      pid: forked.length + 1,
      heard: [],
      events,
      isKilled: false,
      isGone: false,
      says: (message) => events.message(message),
      serves() {
        events.message({ type: 'hello' });
        events.message({ type: 'serving', url: 'http://127.0.0.1:1' });
      },
      dies(how = 'SIGKILL') {
        fake.isGone = true;
        events.exit(how);
      },
    };
    forked.push(fake);
    return {
      pid: fake.pid,
      send(message) {
        fake.heard.push(message);
        return Promise.resolve();
      },
      kill: () => void (fake.isKilled = true),
    };
  };
  const supervisor = createSupervisor({
    count,
    fork,
    fixed: {},
    live: LIVE,
    timers: {
      ...manual,
      sleep: (ms, signal) =>
        new Promise((resolve) => {
          const cancel = manual.after(ms, resolve);
          signal?.addEventListener('abort', () => {
            cancel();
            resolve();
          });
        }),
    },
    logger: { info: note, error: (event, fields) => note(event, fields) },
    onReplaced: () => note('replaced'),
  });
  const latest = (): Fake => forked.at(-1)!;
  const typesOf = ({ heard }: Fake): readonly string[] => heard.map(({ type }) => type);
  return { supervisor, manual, forked, log, latest, typesOf };
}

/** One whose workers serve. */
async function serving(count = 2) {
  const w = world(count);
  const started = w.supervisor.start(4400);
  for (const each of w.forked) each.serves();
  await started;
  return w;
}

/** Everything that waits for no timer has had its turn. */
const turn = (): Promise<void> => setImmediate();
const requestOf = (fake: Fake, type: ToWorker['type']): number =>
  (fake.heard.findLast((message) => message.type === type) as { readonly request: number }).request;

it('FT-E9a: a worker that dies in its turn leaves it to the next at once, and its place is taken at once', async () => {
  const w = await serving(3);
  const [one, two, three] = w.forked as [Fake, Fake, Fake];
  w.manual.advance(10_000);
  two.says({ type: 'turn_wanted' });
  one.says({ type: 'turn_wanted' });
  await turn();
  expect(three.heard.at(-1)).toEqual({ type: 'turn', isOthers: true });
  two.dies();
  await turn();
  const turnsOf = (fake: Fake): readonly unknown[] => fake.heard.filter(({ type }) => type === 'turn');
  expect(turnsOf(one).at(-1), 'its own').toEqual({ type: 'turn', isOthers: false });
  one.says({ type: 'turn_over' });
  await turn();
  expect(turnsOf(three).at(-1)).toEqual({ type: 'turn', isOthers: false });
  // It served for long: no pause.
  w.manual.advance(0);
  expect(w.forked).toHaveLength(4);
  for (const each of [one, three]) expect(each.heard).toContainEqual({ type: 'told', told: 'all' });
});

it('FT-E9b: while the store stays locked, a worker that does not answer is killed, and no other', async () => {
  const w = await serving(3);
  const [one, two, three] = w.forked as [Fake, Fake, Fake];
  one.says({ type: 'locked' });
  one.says({ type: 'locked' });
  await turn();
  for (const each of [one, two, three]) expect(w.typesOf(each).filter((type) => type === 'there')).toHaveLength(1);
  one.says({ type: 'here', request: requestOf(one, 'there') });
  // This one ended meanwhile; another has its place.
  three.dies();
  w.manual.advance(250);
  w.latest().serves();
  await turn();
  w.manual.advance(2_000);
  await turn();
  expect(w.forked.map(({ isKilled }) => isKilled)).toEqual([false, true, false, false]);
  expect(w.log.filter(({ event }) => event.includes('stands still'))).toMatchObject([{ worker: 2 }]);
});

it('FT-E9c: a reload while a worker is away is in force in those that are there, and in the one that comes', async () => {
  const w = await serving();
  const [one, two] = w.forked as [Fake, Fake];
  two.dies();
  let isDone = false;
  const done = w.supervisor.reload(NEXT).then(() => (isDone = true));
  await turn();
  one.says({ type: 'here', request: requestOf(one, 'reload') });
  await done;
  expect(isDone).toBe(true);
  w.manual.advance(250);
  w.latest().says({ type: 'hello' });
  expect(w.latest().heard.at(-1)).toMatchObject({ type: 'begin', worker: 2, live: NEXT });
});

it('FT-E9c: a reload ends in bounded time where a worker dies of it', async () => {
  const w = await serving();
  const [one, two] = w.forked as [Fake, Fake];
  const done = w.supervisor.reload(NEXT);
  await turn();
  one.says({ type: 'here', request: requestOf(one, 'reload') });
  two.dies('exit code 1');
  await turn();
  w.manual.advance(2_000);
  await done;
  w.latest().says({ type: 'hello' });
  expect(w.latest().heard.at(-1)).toMatchObject({ type: 'begin', live: NEXT });
});

it('FT-E9d: a stop reaches a worker that only starts, and waits for no pause', async () => {
  const w = await serving();
  const [one, two] = w.forked as [Fake, Fake];
  two.dies();
  w.manual.advance(250);
  // It does not listen yet.
  const starting = w.latest();
  const stopped = w.supervisor.stop();
  expect([w.typesOf(one).at(-1), w.typesOf(starting).at(-1)]).toEqual(['stop', 'stop']);
  one.dies('exit code 0');
  starting.dies('exit code 0');
  expect(await stopped, 'none was killed').toBe(true);

  const away = await serving();
  for (const each of away.forked) each.dies();
  expect(await away.supervisor.stop(), 'none is there').toBe(true);
  away.manual.advance(60_000);
  expect(away.forked, 'none comes afterwards').toHaveLength(2);
});

it('FT-E9d: a worker that does not end when told to is killed after 10 s, and that is said', async () => {
  const w = await serving();
  const [one, two] = w.forked as [Fake, Fake];
  const stopped = w.supervisor.stop();
  one.dies('exit code 0');
  w.manual.advance(9_999);
  expect(two.isKilled).toBe(false);
  w.manual.advance(1);
  expect(two.isKilled).toBe(true);
  two.dies();
  expect(await stopped).toBe(false);
});

it('FT-E9e: a worker that crashes at once again and again comes after growing pauses; the server ends where no other serves', async () => {
  const w = await serving();
  const [one] = w.forked as [Fake, Fake];
  let reason: Error | null = null;
  void w.supervisor.failed.then((error) => (reason = error));
  const pauses = (): readonly unknown[] =>
    w.log.filter(({ worker, event }) => worker === 2 && event.includes('ended')).map(({ duration_ms }) => duration_ms);
  w.forked[1]!.dies('exit code 7');
  for (let n = 0; n < 7; n += 1) {
    w.manual.advance(30_000);
    w.latest().dies('exit code 7');
  }
  await turn();
  expect(pauses()).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000]);
  expect(reason, 'the other one serves').toBe(null);
  expect(w.supervisor.serving).toBe(1);
  one.dies('exit code 7');
  for (let n = 0; n < 5; n += 1) {
    await turn();
    expect(reason, 'it may still come up').toBe(null);
    w.manual.advance(30_000);
    for (const each of w.forked) if (!each.isGone) each.dies('exit code 7');
  }
  await turn();
  expect(String(reason)).toContain('every worker ends soon after its start (the last one: exit code 7)');
});

const counted = (value: number): MetricsJson =>
  [
    {
      name: 'requests_total',
      help: 'x',
      type: 'counter',
      aggregator: 'sum',
      values: [{ value, labels: {} }],
    },
  ] as unknown as MetricsJson;
const totalOf = (all: readonly MetricsJson[]): number =>
  all.flat().reduce((sum, { values }) => sum + (values[0]?.value ?? 0), 0);

it('FT-E9f: metrics stay the whole server’s: a worker that dies while they are gathered is counted once', async () => {
  const w = await serving();
  const [one, two] = w.forked as [Fake, Fake];
  const answer = (fake: Fake, value: number): void =>
    fake.says({ type: 'metrics', request: requestOf(fake, 'metrics'), metrics: counted(value) });
  const gathered = w.supervisor.metrics();
  await turn();
  answer(two, 5);
  await turn();
  two.dies();
  answer(one, 3);
  expect(totalOf(await gathered)).toBe(8);

  const later = w.supervisor.metrics();
  await turn();
  answer(one, 4);
  expect(totalOf(await later), 'a count never falls').toBe(9);
});

it('FT-E9f: a worker that does not answer for its metrics counts as it last did', async () => {
  const w = await serving();
  const [one, two] = w.forked as [Fake, Fake];
  for (const second of [5, null]) {
    const gathered = w.supervisor.metrics();
    await turn();
    one.says({ type: 'metrics', request: requestOf(one, 'metrics'), metrics: counted(3) });
    if (second !== null) two.says({ type: 'metrics', request: requestOf(two, 'metrics'), metrics: counted(second) });
    await turn();
    w.manual.advance(1_000);
    expect(totalOf(await gathered)).toBe(8);
  }
});
