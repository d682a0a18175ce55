import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { clients } from './clients.ts';
import { createCommandFolder, runCommand } from '../test-support/run-command.ts';
import { UsageError } from './index.ts';

let folder: string;
beforeEach(async () => {
  folder = await createCommandFolder('clients');
});
afterEach(() => rm(folder, { recursive: true }));

const run = (...words: readonly string[]): Promise<readonly string[]> => runCommand(clients, folder, words);
const json = async (...words: readonly string[]): Promise<Readonly<Record<string, unknown>>> =>
  JSON.parse((await run(...words, '--json'))[0] ?? '') as Readonly<Record<string, unknown>>;
const URI = 'https://new.example/callback';

it('FT-F29a: a client is added, shown, changed, rotated, disabled and removed', async () => {
  const added = await run('add', 'new', 'client_name=New', `redirect_uris=${URI}`, 'cross_device.verification=number');
  const [, secret = ''] = /^client_secret: ([\w-]{43})$/m.exec(added.join('\n')) ?? [];
  expect(secret).not.toBe('');
  const { client, version } = await json('show', 'new');
  expect(client).toMatchObject({ redirect_uris: [URI], cross_device: { verification: 'number', network: 'warn' } });
  expect(version).toBe(1);

  const edited = await run(
    'edit',
    'new',
    'scope=openid email',
    'redirect_uris+=https://new.example/b',
    'access_token_lifetime=600',
  );
  expect(edited).toContain('scope: "openid" → "openid email"');
  expect((await json('show', 'new')).client).toMatchObject({
    redirect_uris: [URI, 'https://new.example/b'],
    access_token_lifetime: 600,
  });
  await expect(run('edit', 'new', 'client_name=X', '--version', '1')).rejects.toThrow('it is version 2 now');
  await run('edit', 'new', 'redirect_uris-=https://new.example/b', 'access_token_lifetime=');
  const plain = await json('show', 'new');
  expect(plain.client).toMatchObject({ redirect_uris: [URI], access_token_lifetime: 3600 });
  await run('edit', 'new', 'redirect_uris+=https://pr-1.new.example/callback', '--until', '14d');
  expect((await json('show', 'new')).temporary).toMatchObject([{ value: 'https://pr-1.new.example/callback' }]);

  const second = await run('secret', 'new', '--earlier-until', '7d');
  expect(second.filter((line) => line.startsWith('secret '))).toHaveLength(2);
  await run('secret', 'new', '--remove', '1');
  expect((await json('show', 'new')).secrets).toMatchObject([{ n: 2, until: null }]);

  await run('disable', 'new', '--reason', 'it leaked');
  await run('disable', '--connector', 'acme');
  const listed = (await run('list')).join('\n');
  expect(listed).toMatch(/^shop +Shop +the file +on$/m);
  expect(listed).toMatch(/^new +New +the store +disabled since .* by .*: it leaked/m);
  expect(listed).toMatch(/^connector acme is disabled since/m);
  expect(listed).not.toContain(secret);
  await run('enable', 'new');
  await run('enable', '--connector', 'acme');
  await run('remove', 'new');
  expect((await run('list', '--json')).map((line) => (JSON.parse(line) as { client_id: string }).client_id)).toEqual([
    'shop',
  ]);
});

it('a client is added from a file of JSON, and what is said beside it counts more', async () => {
  const written = { client_id: 'spa', client_name: 'Spa', redirect_uris: [URI], token_endpoint_auth_method: 'none' };
  await writeFile(join(folder, 'spa.json'), JSON.stringify(written));
  const { secret, client } = await json('add', '--from', 'spa.json', 'client_name=Other');
  expect(secret).toBeNull();
  expect(client).toMatchObject({ client_id: 'spa', client: { client_name: 'Other' }, secrets: [] });
});

it('every mistake of a client is said at its member', async () => {
  const wrong = run('add', 'new', 'redirect_uris=http://new.example/x', 'scop=openid');
  await expect(wrong).rejects.toThrow(/client_name: is missing[\s\S]*|scop: is not a known setting/);
  await expect(wrong).rejects.toThrow(/redirect_uris\[0\]: .*https/);
});

it.each([
  [['nothing'], 'say one of'],
  [['show'], 'say `clients show ID`'],
  [['show', 'unknown'], 'there is no such client'],
  [['list', 'more'], '"more" is not expected here'],
  [['add', 'new', 'what'], 'write MEMBER=VALUE'],
  [['add', 'shop', 'client_name=Shop', `redirect_uris=${URI}`], 'the id is used by a client of the configuration file'],
  [['edit', 'shop', 'client_name=X'], 'written in the configuration file'],
  [['remove', 'shop'], 'written in the configuration file'],
  [['secret', 'shop'], 'written in the configuration file'],
  [['edit', 'shop', 'scope+=email'], 'scope is no list'],
  [['disable', 'unknown'], 'there is no such client'],
  [['disable', '--connector', 'unknown'], 'there is no such connector'],
  [['secret', 'shop', '--earlier-until', 'soon'], '--earlier-until must be like'],
] as const)('%j is refused in words', async (words, message) => {
  const refused = run(...words);
  await expect(refused).rejects.toThrow(message);
  await expect(refused).rejects.toBeInstanceOf(UsageError);
});
