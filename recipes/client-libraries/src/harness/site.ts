/** A website that runs on one of the libraries, the session server that it is registered at, and a person's browser. */
import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { onTestFinished } from 'vitest';
import { type Library, REGISTRATIONS } from '../registrations.ts';
import { type Beckon, type Registration, startBeckon } from './beckon.ts';
import { type Browser, type Page, attributeOf, createBrowser } from './browser.ts';
import { listen } from './tls.ts';

export interface Site {
  readonly beckon: Beckon;
  readonly browser: Browser;
  /**
   * A whole sign-in: `begin` leads the browser to the page with the code, Ada scans it and decides, and the browser goes
   * where it is told.
   * @returns what the page says at which the browser ends up
   */
  readonly signIn: (begin: () => Promise<Page>, decision?: 'approve' | 'decline') => Promise<string>;
  /**
   * A whole sign-out: `begin` leads the browser to Beckon, which leads it back only if it was told whose sign-in ends.
   * @returns what the page of the website says at which the browser ends up
   */
  readonly signOut: (begin: () => Promise<Page>) => Promise<string>;
}

/** What the widget on that page hears; more than this. */
interface Snapshot {
  readonly session_id: string;
  readonly session_secret: string;
  readonly version: number;
  readonly status: string;
  readonly qr: { readonly prefix: string; readonly step: number; readonly macs: readonly string[] } | null;
  readonly verification: { readonly number: string | null } | null;
  readonly redirect_to: string | null;
}

/**
 * @param load the website: what is read from the environment is there by then
 * @param more what it registers besides
 */
export async function openSite(
  library: Library,
  load: () => Promise<RequestListener>,
  more: Partial<Registration> = {},
): Promise<Site> {
  const front = await listen();
  onTestFinished(() => front.close());
  const origin = `https://127.0.0.1:${front.port}`;
  const registration = JSON.stringify({ ...REGISTRATIONS[library], ...more });
  const beckon = await startBeckon(JSON.parse(registration.replaceAll('https://shop.example', origin)) as Registration);
  onTestFinished(() => beckon.close());
  Object.assign(process.env, {
    ISSUER: beckon.url,
    CLIENT_ID: beckon.client_id,
    CLIENT_SECRET: beckon.client_secret,
    SITE: origin,
    COOKIE_SECRET: randomBytes(32).toString('base64url'),
  });
  front.serve(await load());

  const browser = createBrowser(origin);
  return {
    beckon,
    browser,
    async signIn(begin, decision = 'approve') {
      const hosted = await begin();
      const first = await startSession(beckon, hosted);
      const watch = (until: (now: Snapshot) => boolean): Promise<Snapshot> => watchSession(beckon, first, until);
      const code = first.qr === null ? '' : `${first.qr.prefix}${first.qr.step}.${first.qr.macs[0]}`;
      const ended = watch(({ redirect_to }) => redirect_to !== null);
      const decided =
        decision === 'decline'
          ? beckon.decline(code)
          : beckon.approve(code, async () => {
              const { verification } = await watch(({ status }) => status === 'retrieved');
              return verification?.number ?? null;
            });
      const [{ redirect_to }] = await Promise.all([ended, decided]);
      const next = await browser.open(redirect_to ?? '');
      // With `response_mode=form_post` that is a page of the session server, which posts a form.
      const { text } = next.url.origin === beckon.url ? await browser.submit(next) : next;
      return text;
    },
    async signOut(begin) {
      const { url, via, text } = await begin();
      const atBeckon = via.some((page) => page.origin === beckon.url && page.pathname === '/oauth/logout');
      if (!atBeckon) throw new Error(`${url.href} was not reached by Beckon's logout`);
      if (url.origin !== origin) throw new Error(`Beckon does not lead back: ${text}`);
      return text;
    },
  };
}

/** What the widget on the hosted page does first. */
async function startSession({ url }: Beckon, { url: at, text }: Page): Promise<Snapshot> {
  const [client_id, request_uri] = ['client-id', 'request-uri'].map((name) => attributeOf(text, name));
  if (request_uri === '') throw new Error(`${at.href} is not the page with the code: ${text}`);
  return call(`${url}/session`, url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_id, request_uri }),
  });
}

async function watchSession(
  { url }: Beckon,
  { session_id, session_secret }: Snapshot,
  until: (now: Snapshot) => boolean,
): Promise<Snapshot> {
  const headers = { authorization: `Bearer ${session_secret}` };
  for (let after = ''; ;) {
    const now = await call(`${url}/session/${session_id}/status${after}`, url, { headers });
    if (until(now)) return now;
    after = `?after=${now.version}&wait=5`;
  }
}

/** @param from the page that calls */
async function call(
  url: string,
  from: string,
  init: { readonly method?: string; readonly headers: Readonly<Record<string, string>>; readonly body?: string },
): Promise<Snapshot> {
  const response = await fetch(url, { ...init, headers: { ...init.headers, origin: from } });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Snapshot;
}
