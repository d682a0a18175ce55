import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { type BeckonConfig, resolveConfig } from '../packages/session-server/src/config/index.ts';
import { composeServer } from '../packages/session-server/src/server/compose.ts';
import { codeBlocks } from './code-blocks.ts';

const ROOT = join(import.meta.dirname, '..');
/** 32 bytes each, as `beckon-server secret` prints them. */
const SECRETS = {
  BECKON_SECRET: 'q3Vd0yTn8rKx2LwFzB5hJ7mPcS1uEa9GoIiQkYtXvZ4',
  BECKON_SUBJECT_SECRET: 'Zb6Wc1NfRj8sTp0Kx4Gy9LmVhQ2eDuAo5IiCrXtYwE7',
  SHOP_SECRET: 'm8Hs2Tq5Vw9Yb3Kd6Nf0Pj4Rl7Xz1Ac5Eg8IoUiLtBv',
  STAFF_ID_SECRET: 'of the provider',
};

afterEach(() => vi.unstubAllEnvs());

it('a server starts with the configuration of the README', async () => {
  const block = codeBlocks('README.md', await readFile(join(ROOT, 'README.md'), 'utf8')).find(({ code }) =>
    code.includes('defineConfig'),
  );
  // A reader saves it as a plain module, in a folder with the package installed.
  const folder = await mkdtemp(join(tmpdir(), 'beckon-readme-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'beckon.config.mjs');
  const source = pathToFileURL(join(ROOT, 'packages/session-server/src/index.ts')).href;
  await writeFile(file, (block?.code ?? '').replace("'@beckon/session-server'", JSON.stringify(source)));
  for (const [name, value] of Object.entries(SECRETS)) vi.stubEnv(name, value);
  const { default: config } = (await import(pathToFileURL(file).href)) as { default: BeckonConfig };

  // The script need not be built for this.
  const widget = { loader: 'widget.js', element: 'element.js', encoder: 'encoder.js', files: new Map() };
  const settings = resolveConfig({ ...config, store: 'sqlite::memory:' });
  const server = await composeServer(settings, { widget, logLevel: 'silent' });
  try {
    expect(await server.ready()).toBe(true);
  } finally {
    await server.close();
  }
});
