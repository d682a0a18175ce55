/** Websites whose sign-ins can be refreshed, and what becomes of their tokens at Beckon. */
import type { RequestListener } from 'node:http';
import express, { type Express } from 'express';
import { expect, onTestFinished, vi } from 'vitest';
import type { Library } from '../registrations.ts';
import type { Registration } from './beckon.ts';
import { openSite, type Site } from './site.ts';

/** What these websites ask for. */
export const SCOPE = 'openid profile email offline_access';

/** How long their access tokens last, in seconds. */
const LIFETIME_S = 60;

/** @param more what the website registers besides */
export function openRefreshable(
  library: Library,
  load: () => Promise<RequestListener>,
  more: Partial<Registration> = {},
): Promise<Site> {
  const refreshable = { scope: SCOPE, cross_device: { scope: SCOPE }, access_token_lifetime: LIFETIME_S };
  return openSite(library, load, { ...refreshable, ...more });
}

/**
 * A website of two routes: `/login` leads to Beckon, and `/callback` keeps what the library made of the code.
 * @param login the URL that the library builds
 * @param more.routes adds others
 */
export async function signedIn<T>(
  library: Library,
  login: () => Promise<string>,
  redeem: (callback: URL) => Promise<T>,
  { routes = () => {}, ...registration }: Partial<Registration> & { readonly routes?: (app: Express) => void } = {},
): Promise<{ readonly site: Site; readonly kept: T }> {
  let kept: T | undefined;
  const app = express();
  app.get('/login', async (_req, res) => res.redirect(await login()));
  app.get('/callback', async (req, res) => {
    kept = await redeem(new URL(req.originalUrl, process.env.SITE));
    res.send('signed in');
  });
  const load = () => {
    routes(app);
    return Promise.resolve(app as RequestListener);
  };
  const site = await openRefreshable(library, load, registration);
  expect(await site.signIn(() => site.browser.open('/login'))).toBe('signed in');
  return { site, kept: kept! };
}

/** @returns whether the userinfo endpoint takes an access token */
export async function isAlive({ beckon }: Site, token: unknown): Promise<boolean> {
  const headers = { authorization: `Bearer ${String(token)}` };
  const { status } = await fetch(`${beckon.url}/oauth/userinfo`, { headers });
  if (status !== 200 && status !== 401) throw new Error(`userinfo answered ${status}`);
  return status === 200;
}

/** From now on the website takes each access token that it has for over. Beckon's clock stays. */
export function letAccessTokensExpire(): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + (LIFETIME_S + 1) * 1000 });
  onTestFinished(() => {
    vi.useRealTimers();
  });
}
