import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, isSignedInAs, shows, SignInView, story } from '../story.ts';
import { freePortBase } from '../world/ports.ts';

const ROOT = join(import.meta.dirname, '../..');

interface Demo {
  /** Resolves once it printed that text. */
  says(text: string): Promise<void>;
  /** Tells it to end, and answers its exit code. */
  end(): Promise<number | null>;
}

function startDemo(base: number, ...flags: readonly string[]): Demo {
  const demo = spawn(process.execPath, ['scripts/demo.ts', '--port-base', String(base), ...flags], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(demo, 'exit') as Promise<[number | null]>;
  let printed = '';
  for (const stream of [demo.stdout, demo.stderr]) stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  return {
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (printed.includes(text)) resolve();
        };
        demo.stdout.on('data', look);
        demo.on('exit', () => reject(new Error(`the demo ended:\n${printed}`)));
        look();
      }),
    async end() {
      demo.kill('SIGTERM');
      const [code] = await ended;
      await rm(join(ROOT, '.demo', String(base)), { recursive: true });
      return code;
    },
  };
}

story('on other ports, and it ends when told to', shows('OPS-DEMO', 'FT-C63'), async () => {
  const base = await freePortBase(4);
  const demo = startDemo(base);
  const places = [
    `http://127.0.0.1:${base}/.well-known/openid-configuration`,
    `http://localhost:${base + 1}/`,
    `http://localhost:${base + 1}/gallery`,
    `http://localhost:${base + 1}/playground`,
    `http://127.0.0.1:${base + 2}/phone`,
    `http://127.0.0.1:${base + 3}/metrics`,
  ];
  try {
    for (const place of places) await demo.says(new URL(place).origin);
    for (const page of ['gallery', 'playground']) await demo.says(`http://localhost:${base + 1}/${page} `);
    for (const place of places) expect((await fetch(place)).status, place).toBe(200);
  } finally {
    expect(await demo.end(), 'told to end is no failure').toBe(0);
  }
  for (const place of places) await expect(fetch(place), `${place} must be gone`).rejects.toThrow();
});

story('a phone on the network scans the screen of the demo @long', shows('DEMO-LAN'), async ({ page, browser }) => {
  const base = await freePortBase(4);
  // All of 127.0.0.0/8 is this machine: one more of its addresses stands for that in the network.
  const demo = startDemo(base, '--lan', '127.0.0.2');
  try {
    await demo.says('On the network');
    await page.goto(`http://localhost:${base + 1}/script-tag`);
    const signIn = new SignInView(page.frameLocator('iframe'));
    await signIn.choose('Sandbox Wallet');
    const code = await signIn.read();
    expect(code).toMatch(new RegExp(`^HTTP://127\\.0\\.0\\.2:${base}/Q/`));

    // The phone's own camera opens the code.
    const phone = await (await browser.newContext({ viewport: { width: 390, height: 800 } })).newPage();
    await phone.goto(code);
    await phone.getByRole('link', { name: /Sandbox Wallet/ }).click();
    await expect(phone).toHaveURL(new RegExp(`^http://127\\.0\\.0\\.2:${base + 2}/phone`));
    await phone.getByRole('button', { name: 'Approve' }).click();
    await isSignedInAs(page, 'Alma Exempel');

    // The phone has its own page, and signs in on it without a second device.
    await phone.goto(`http://127.0.0.2:${base + 1}/element`);
    await new SignInView(phone).reaches('choosing');
  } finally {
    await demo.end();
  }
});
