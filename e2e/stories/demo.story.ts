import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, shows, story } from '../story.ts';
import { freePortBase } from '../world/ports.ts';

story('on other ports, and it ends when told to', shows('OPS-DEMO'), async () => {
  const root = join(import.meta.dirname, '../..');
  const base = await freePortBase(4);
  const demo = spawn(process.execPath, ['scripts/demo.ts', '--port-base', String(base)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const says = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (printed.includes(text)) resolve();
      };
      demo.stdout.on('data', look);
      demo.on('exit', () => reject(new Error(`the demo ended:\n${printed}`)));
      look();
    });
  for (const stream of [demo.stdout, demo.stderr]) stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));

  const places = [
    `http://127.0.0.1:${base}/.well-known/openid-configuration`,
    `http://localhost:${base + 1}/`,
    `http://127.0.0.1:${base + 2}/phone`,
    `http://127.0.0.1:${base + 3}/metrics`,
  ];
  try {
    for (const place of places) await says(new URL(place).origin);
    for (const place of places) expect((await fetch(place)).status, place).toBe(200);
  } finally {
    demo.kill('SIGTERM');
  }
  const [code] = (await once(demo, 'exit')) as [number | null];
  expect(code, 'told to end is no failure').toBe(0);
  for (const place of places) await expect(fetch(place), `${place} must be gone`).rejects.toThrow();
  await rm(join(root, '.demo', String(base)), { recursive: true });
});
