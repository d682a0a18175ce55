import { randomBytes } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from '../commands/index.ts';
import { newSecret } from '../secrets/index.ts';

/** Runs a command in a folder, and answers the lines that it prints. */
export async function runCommand(
  command: Command | undefined,
  folder: string,
  words: readonly string[],
): Promise<readonly string[]> {
  const said: string[] = [];
  await command?.run(words, {
    folder,
    out: (line) => said.push(line),
    random: randomBytes,
    onReload: () => undefined,
    stopped: Promise.resolve(),
  });
  return said;
}

/** What a command reads beside a server: its own, or one with the store and the secrets of a server that runs. */
export interface CommandConfig {
  readonly issuer?: string;
  readonly store?: string;
  readonly secret?: string;
  readonly subjectSecret?: string;
  readonly redirect_uri?: string;
}

/** A folder with a configuration of one client and one identity app, which no command opens. */
export async function createCommandFolder(name: string, given: CommandConfig = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `beckon-${name}-`));
  const { redirect_uri = 'https://shop.example/callback', ...server } = given;
  const config = {
    issuer: 'http://127.0.0.1:4400',
    store: `sqlite:${join(folder, 'beckon.db')}`,
    secret: newSecret(randomBytes),
    subjectSecret: newSecret(randomBytes),
    ...server,
    clients: [{ client_id: 'shop', client_name: 'Shop', redirect_uris: [redirect_uri] }],
  };
  const connectors = "[{ id: 'acme', issues: [], open: () => { throw new Error('no command opens it'); } }]";
  const text = `export default { ...${JSON.stringify(config)}, connectors: ${connectors} };`;
  await writeFile(join(folder, 'beckon.config.mjs'), text);
  return folder;
}
