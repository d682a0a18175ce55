import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SigningKeyInfo } from '../keys/index.ts';
import { newSecret } from '../secrets/index.ts';
import { UsageError } from './index.ts';
import { keys } from './keys.ts';

const MINUTE = 60_000;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beckon-keys-'));
  await writeFile(
    join(folder, 'beckon.config.mjs'),
    `export default {
       issuer: 'http://127.0.0.1:4400',
       store: 'sqlite:${join(folder, 'beckon.db')}',
       secret: '${newSecret(randomBytes)}',
       subjectSecret: '${newSecret(randomBytes)}',
       clients: [{ client_id: 'shop', client_name: 'Shop', redirect_uris: ['https://shop.example/callback'] }],
       connectors: [{ id: 'acme', issues: [], open() { throw new Error('a command about keys opens none'); } }],
     };`,
  );
});
afterEach(() => rm(folder, { recursive: true }));

async function run(line: string): Promise<readonly string[]> {
  const said: string[] = [];
  await keys.run(line.split(' '), {
    folder,
    out: (text) => said.push(text),
    random: randomBytes,
    onReload: () => undefined,
    stopped: Promise.resolve(),
  });
  return said;
}
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
