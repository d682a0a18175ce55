/** The built app, a session server and a phone: a person signs in, in a browser. Wants `next build`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createSessionServer, wallet } from '@beckon/session-server';
import { chromium } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { json, startPhone } from './phone.ts';

const secret = (): string => randomBytes(32).toString('base64url');

it('greets the person who signed in', async () => {
  const phone = await startPhone({ sub: 'ada', name: 'Ada Lovelace' });
  onTestFinished(() => phone.close());
  const app = `http://localhost:${await freePort()}`;
  const issuer = `http://127.0.0.1:${await freePort()}`;
  const client_secret = secret();
  const server = await createSessionServer(
    {
      issuer,
      store: 'sqlite::memory:',
      secret: secret(),
      subjectSecret: secret(),
      clients: [
        {
          client_id: 'shop',
          client_name: 'Shop',
          client_secret,
          redirect_uris: [`${app}/api/auth/callback/beckon`],
          allowed_origins: [app],
          scope: 'openid profile email',
          id_token_claims: true,
          // Phone and browser are one machine here, and no person reads digits to it.
          cross_device: { verification: 'none', network: 'allow' },
        },
      ],
      connectors: [wallet({ issuers: [{ issuer: phone.issuer, clientIds: ['phone'] }] })],
    },
    { logLevel: 'silent' },
  );
  onTestFinished(() => server.close());
  await server.listen(Number(new URL(issuer).port));
  await startApp(app, {
    AUTH_URL: app,
    AUTH_SECRET: secret(),
    AUTH_BECKON_ISSUER: issuer,
    AUTH_BECKON_ID: 'shop',
    AUTH_BECKON_SECRET: client_secret,
  });

  const { CHROME_PATH: executablePath = '/usr/bin/chromium' } = process.env;
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  const errors: unknown[] = [];
  page.on('pageerror', (error) => errors.push(error));
  page.on('console', (message) => {
    const isLoud = message.type() === 'error' || message.type() === 'warning';
    // The app has no icon.
    if (isLoud && !message.location().url.endsWith('/favicon.ico')) errors.push(message.text());
  });

  const begun = page.waitForResponse(`${issuer}/session`);
  await page.goto(app);
  const session = (await (await begun).json()) as Record<'session_id' | 'session_secret', string>;
  await page.locator('.bk-qr[data-frame="current"]').waitFor();
  expect(new URL(page.url()).pathname, 'a person who is not signed in comes to the login page').toBe('/login');
  await phone.approve(await shownCode(issuer, session), issuer);

  await page.getByRole('heading', { name: 'Hello Ada Lovelace' }).waitFor();
  await page.goto(`${app}/login`);
  // A person who is signed in has no use for the login page.
  await page.waitForURL(`${app}/`);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(`${app}/login`);
  expect(errors).toEqual([]);
}, 30_000);

/** What the QR code on the page says: a camera would read it from the screen. */
async function shownCode(
  issuer: string,
  { session_id, session_secret }: Record<'session_id' | 'session_secret', string>,
): Promise<string> {
  const headers = { authorization: `Bearer ${session_secret}` };
  const { qr } = await json(fetch(`${issuer}/session/${session_id}/status`, { headers }));
  const { prefix, step, macs } = qr as {
    readonly prefix: string;
    readonly step: number;
    readonly macs: readonly string[];
  };
  return `${prefix}${step}.${macs[0]}`;
}

/** `next start`, until it answers. */
async function startApp(url: string, env: Readonly<Record<string, string>>): Promise<void> {
  const app: ChildProcess = spawn('node_modules/.bin/next', ['start', '--port', new URL(url).port], {
    env: { ...process.env, ...env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(app, 'exit');
  onTestFinished(async () => {
    app.kill();
    await ended;
  });
  for await (const chunk of app.stdout ?? []) if (String(chunk).includes('Ready')) return;
  throw new Error('next start ended before it was ready');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}
