import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sealer, Store, Write } from '@beckon/session-server/store';
import { createFakeClock, exampleSealer, storeConformance } from '@beckon/session-server/testing';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { journal } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'beckon-journal-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function newPath(): string {
  files += 1;
  return join(folder, `${files}.journal`);
}

function open(path: string, now: () => number = createFakeClock().now, key = 'a'): Promise<Store> {
  return openUnder(exampleSealer(key), path, now);
}

function openUnder(sealer: Sealer, path: string, now: () => number): Promise<Store> {
  return journal({ path }).open({ sealer, now, sleep: () => Promise.resolve() });
}

async function openForTest(path: string, key?: string): Promise<Store> {
  const store = await open(path, undefined, key);
  onTestFinished(() => store.close());
  return store;
}

function insert(id: string): [Write] {
  const row = { id, version: 1, schema: 1, expires_at: Number.MAX_SAFE_INTEGER, due_at: null, value: id };
  return [{ op: 'insert', kind: 'thing', row }];
}

storeConformance('The journal', async (clock) => {
  const path = newPath();
  return {
    store: await open(path, clock.now),
    reopen: () => open(path, clock.now),
    reopenUnder: (sealer) => openUnder(sealer, path, clock.now),
    bytes: async () =>
      Buffer.concat(
        readdirSync(folder)
          .filter((name) => join(folder, name).startsWith(path))
          .map((name) => readFileSync(join(folder, name))),
      ),
  };
});

it('is readable by its owner alone', async () => {
  const path = newPath();
  await openForTest(path);
  expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
});

it('drops a line that a crash cut short, and goes on', async () => {
  const path = newPath();
  const store = await open(path);
  await store.commit(insert('A'));
  await store.close();
  appendFileSync(path, '{"put":[{"kind":"thing","id":"HALF"');
  const again = await open(path);
  await again.commit(insert('B'));
  await again.close();
  const { rows } = await (await openForTest(path)).list('thing', 10);
  expect(rows.map(({ id }) => id)).toEqual(['A', 'B']);
});

it('leaves a file of another program as it is', async () => {
  const path = newPath();
  writeFileSync(path, 'not a journal\nat all');
  await expect(open(path)).rejects.toMatchObject({ name: 'StoreError', code: 'corrupt' });
  expect(readFileSync(path, 'utf8')).toBe('not a journal\nat all');
});

it('is for one process, and for the secret that it was made with', async () => {
  const path = newPath();
  const store = await open(path);
  await expect(open(path)).rejects.toMatchObject({ name: 'StoreError', code: 'unavailable' });
  await store.close();
  await expect(open(path, undefined, 'b')).rejects.toMatchObject({ name: 'StoreError', code: 'wrong_secret' });
  await openForTest(path);
});

/** A sealer that hides nothing, for a process that has no test runner around it. */
const PLAIN = `{ seal: (bytes) => bytes, open: (bytes) => bytes, fingerprint: (text) => text }`;

it('loses no commit that was answered when its process is killed', { timeout: 30_000 }, async () => {
  const path = newPath();
  const script = `
    const { journal } = await import(${JSON.stringify(new URL('index.ts', import.meta.url).href)});
    const { writeSync } = await import('node:fs');
    const context = { sealer: ${PLAIN}, now: () => 1, sleep: async () => {} };
    const store = await journal({ path: ${JSON.stringify(path)} }).open(context);
    for (let n = 0; ; n += 1) {
      const row = { id: 'R' + n, version: 1, schema: 1, expires_at: ${Number.MAX_SAFE_INTEGER}, due_at: null, value: n };
      await store.commit([{ op: 'insert', kind: 'thing', row }]);
      writeSync(1, row.id + '\\n');
    }
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const closed = once(child, 'close');
  let output = '';
  for await (const chunk of child.stdout) {
    output += String(chunk);
    if (output.split('\n').length > 50) child.kill('SIGKILL');
  }
  await closed;

  const text = readFileSync(path, 'utf8');
  const lost = output
    .split('\n')
    .slice(0, -1)
    .filter((id) => !text.includes(`"id":"${id}"`));
  expect(output.split('\n').length, 'the process died before it stored anything').toBeGreaterThan(50);
  expect(lost).toEqual([]);
});
