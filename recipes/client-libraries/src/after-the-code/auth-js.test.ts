import { expect, it, onTestFinished, vi } from 'vitest';
import { listenerOf } from '../harness/fetch-handler.ts';
import { isAlive, letAccessTokensExpire, openRefreshable } from '../harness/refreshable.ts';

interface Session {
  readonly user: { readonly name: string };
  readonly error?: string;
}

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

/** What the token endpoint answers from now on. */
function watchTokens(): readonly Tokens[] {
  const answers: Tokens[] = [];
  const { fetch } = globalThis;
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const response = await fetch(input, init);
    if (response.url.endsWith('/oauth/token')) answers.push((await response.clone().json()) as Tokens);
    return response;
  });
  onTestFinished(() => {
    vi.restoreAllMocks();
  });
  return answers;
}

async function shop() {
  const answers = watchTokens();
  vi.resetModules();
  const site = await openRefreshable('auth-js', async () => listenerOf((await import('./auth-js.ts')).handler));
  const { browser } = site;
  const text = await site.signIn(async () => browser.submit(await browser.open('/auth/signin')));
  expect((JSON.parse(text) as Session).user.name).toBe('Ada Lovelace');
  const session = async (): Promise<Session | null> => JSON.parse((await browser.open('/')).text) as Session | null;
  return { site, session, answers };
}

it('Auth.js: the guide’s refresh token rotation', async () => {
  const { site, session, answers } = await shop();
  await session();
  expect(answers, 'not before it is time').toHaveLength(1);
  letAccessTokensExpire();
  const both = await Promise.all([session(), session()]);
  expect(both.map((each) => each?.user.name)).toEqual(['Ada Lovelace', 'Ada Lovelace']);
  const [first, fresh, other] = answers;
  expect(fresh?.refresh_token).not.toBe(first?.refresh_token);
  expect(other?.refresh_token, 'two pages at once, which the guide warns of').toBe(fresh?.refresh_token);
  expect(await isAlive(site, fresh?.access_token)).toBe(true);
  await session();
  expect(answers, 'the new tokens are kept').toHaveLength(3);
});

it('Auth.js: a sign-in that ended elsewhere', async () => {
  const { site, session, answers } = await shop();
  const body = new URLSearchParams({
    client_id: site.beckon.client_id,
    client_secret: site.beckon.client_secret,
    token: answers[0]!.refresh_token,
  });
  expect((await fetch(`${site.beckon.url}/oauth/revoke`, { method: 'POST', body })).status).toBe(200);
  letAccessTokensExpire();
  expect(await session()).toMatchObject({ error: 'RefreshTokenError' });
  await session();
  expect(answers, 'it is asked once').toHaveLength(2);
});

it('Auth.js: signOut, with its event', async () => {
  const { site, session, answers } = await shop();
  await site.browser.submit(await site.browser.open('/auth/signout'));
  expect(await session()).toBe(null);
  expect(await isAlive(site, answers[0]?.access_token)).toBe(false);
});
