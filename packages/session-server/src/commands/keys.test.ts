import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SigningKeyInfo } from '../keys/index.ts';
import { createCommandFolder, runCommand } from '../test-support/run-command.ts';
import { UsageError } from './index.ts';
import { keys } from './keys.ts';

const MINUTE = 60_000;
let folder: string;
beforeEach(async () => {
  folder = await createCommandFolder('keys');
});
afterEach(() => rm(folder, { recursive: true }));

const run = (line: string): Promise<readonly string[]> => runCommand(keys, folder, line.split(' '));
const list = async (): Promise<readonly SigningKeyInfo[]> =>
  (await run('list')).map((line) => JSON.parse(line) as SigningKeyInfo);

it('keys list, rotate and rollback work on the store, one after the other', async () => {
  const before = await list();
  expect(before).toMatchObject([
    { alg: 'RS256', state: 'signs', retired_at: null, removed_at: null },
    { alg: 'ES256', state: 'signs' },
  ]);
  await expect(run('rollback')).rejects.toThrow(UsageError);
  const soon = Date.now();
  const [said, ...more] = await run('rotate --alg ES256');
  expect(more).toEqual([]);
  const [, kid = '', from = ''] = /^ES256: (\S+) is published, and signs from (\S+) on/.exec(said ?? '') ?? [];
  expect(Date.parse(from) - soon).toBeGreaterThanOrEqual(10 * MINUTE);
  expect(Date.parse(from) - Date.now()).toBeLessThanOrEqual(10 * MINUTE);
  expect(await list()).toMatchObject([before[0]!, { state: 'signs' }, { kid, state: 'next', alg: 'ES256' }]);
  expect(await run('rollback')).toEqual([
    'RS256: there is no earlier key that is still published',
    `ES256: ${before[1]!.kid} signs from now on; the key that it takes the place of stays published for 7 days`,
  ]);
  expect(await list()).toMatchObject([before[0]!, { kid: before[1]!.kid, state: 'signs' }, { kid, state: 'retired' }]);
  await expect(run('rollback --alg PS256'), 'it has no key').rejects.toThrow('there is nothing to go back to');
});

it('keys rotate --now makes a key of each algorithm that signs in five seconds', async () => {
  await run('rotate --alg EdDSA --now');
  expect(
    (await list()).map(({ alg, state }) => [alg, state]),
    'a first key signs at once',
  ).toEqual([
    ['RS256', 'signs'],
    ['ES256', 'signs'],
    ['EdDSA', 'signs'],
  ]);
  expect(await run('rotate --now')).toHaveLength(3);
  const next = (await list()).filter(({ state }) => state === 'next');
  expect(next.map(({ alg }) => alg)).toEqual(['RS256', 'ES256', 'EdDSA']);
  for (const { signs_from } of next) expect(signs_from - Date.now()).toBeLessThanOrEqual(5_000);
});
