import type { SessionHandle, Snapshot } from '@beckon/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Harness,
  REQUEST,
  SHOP_SECRET,
  type SignedIn,
  VERIFIER,
  scanOf,
  startHarness,
} from '../../test-support/harness.ts';
import { shownText } from '../../test-support/shown-text.ts';

/** Right words at the wrong time, by the wrong caller, or twice. */
let harness: Harness;
let ada: string;
let bob: string;
beforeAll(async () => {
  harness = await startHarness();
  ada = await harness.wallet.token();
  bob = await harness.wallet.token({ claims: { sub: 'bob' } });
});
afterAll(() => harness.close());

interface Told {
  readonly status: number;
  readonly error?: string;
  readonly answer: Record<string, unknown>;
}
const told = async (response: Response): Promise<Told> => {
  const answer = (await response.json()) as Record<string, unknown>;
  return typeof answer['error'] === 'string' && 'request_id' in answer
    ? { status: response.status, error: answer['error'], answer }
    : { status: response.status, answer };
};
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const act = async (session: SessionHandle, path: string, body: unknown = {}): Promise<Told> =>
  told(await harness.post(`/session/${session.session_id}/${path}`, body, bearer(session.session_secret)));
const status = async (session: SessionHandle): Promise<Snapshot> => {
  const url = `${harness.url}/session/${session.session_id}/status`;
  return (await (await fetch(url, { headers: bearer(session.session_secret) })).json()) as Snapshot;
};
const scan = async (session: SessionHandle, token: string, text = shownText(session.qr)): Promise<Told> => {
  const { id, step, mac } = scanOf(text);
  const url = `${harness.url}/session/${id}/information?step=${step}&mac=${mac}`;
  return told(await fetch(url, { headers: bearer(token) }));
};
const decide = async (session: SessionHandle, token: string, body: Record<string, unknown>): Promise<Told> =>
  told(
    await harness.post(`/session/${session.session_id}/update`, { accepted_scopes: ['email'], ...body }, bearer(token)),
  );
const tokenFrom = ({ answer }: Told): unknown => answer['retrieval_token'];

describe('before the scan', () => {
  it('nothing can be approved', async () => {
    const session = await harness.session();
    const early = await decide(session, ada, { decision: 'approve', retrieval_token: 'guessed' });
    expect(early).toMatchObject({ status: 409, error: 'invalid_transition' });
    expect((await status(session)).version, 'the session is as it was').toBe(session.version);
  });

  it('a code of the future, sent ahead for the screen, is not taken', async () => {
    const session = await harness.session();
    const ahead = shownText(session.qr, 10);
    expect(await scan(session, ada, ahead)).toMatchObject({ status: 410, error: 'qr_stale' });
  });

  it('a code that was on the screen too long ago is stale, and consumes nothing', async () => {
    const session = await harness.session();
    harness.clock.advance(12_000);
    expect(await scan(session, ada)).toMatchObject({ status: 410, error: 'qr_stale' });
    const fresh = await status(session);
    expect(fresh.status).toBe('initialized');
    expect(await scan(session, ada, shownText(fresh.qr))).toMatchObject({ status: 200 });
  });
});

describe('after the scan', () => {
  it('the session is the first wallet’s, which may come back', async () => {
    const session = await harness.session();
    const first = await scan(session, ada);
    expect(first.status).toBe(200);
    expect(await scan(session, bob)).toMatchObject({ status: 409, error: 'already_claimed' });
    expect(await scan(session, ada), 'the same wallet hears the same').toEqual(first);
    const stolen = await decide(session, bob, { decision: 'approve', retrieval_token: tokenFrom(first) });
    expect(stolen).toMatchObject({ status: 409, error: 'already_claimed' });
    const declined = await decide(session, bob, { decision: 'decline', retrieval_token: tokenFrom(first) });
    expect(declined, 'a bystander cannot end it').toMatchObject({ status: 409, error: 'already_claimed' });
    expect((await status(session)).status).toBe('retrieved');
  });

  it('the browser neither chooses nor renews any more, and can still cancel, twice', async () => {
    const session = await harness.session();
    const consent = await scan(session, ada);
    const choice = { connector: 'wallet', mode: 'same_device' };
    expect(await act(session, 'connector', choice)).toMatchObject({ status: 409, error: 'invalid_transition' });
    expect(await act(session, 'renew')).toMatchObject({ status: 409, error: 'invalid_transition' });
    expect(await act(session, 'cancel')).toMatchObject({ status: 200, answer: { status: 'cancelled' } });
    expect(await act(session, 'cancel')).toMatchObject({ status: 200, answer: { status: 'cancelled' } });
    const late = await decide(session, ada, { decision: 'approve', retrieval_token: tokenFrom(consent) });
    expect(late).toMatchObject({ status: 409, error: 'invalid_transition' });
  });

  it('a wrong number is the only try', async () => {
    const session = await harness.session({ client_id: 'strict' });
    const retrieval_token = tokenFrom(await scan(session, ada));
    const { verification } = await status(session);
    const wrong = verification?.number === '10' ? '11' : '10';
    const tried = await decide(session, ada, { decision: 'approve', retrieval_token, verification: wrong });
    expect(tried).toMatchObject({ status: 403, error: 'verification_failed' });
    const again = { decision: 'approve', retrieval_token, verification: verification?.number };
    expect(await decide(session, ada, again)).toMatchObject({ status: 409, error: 'invalid_transition' });
    expect(await status(session)).toMatchObject({ status: 'declined', error: { error: 'access_denied' } });
  });

  it('no number at all is a wrong one', async () => {
    const session = await harness.session({ client_id: 'strict' });
    const retrieval_token = tokenFrom(await scan(session, ada));
    const tried = await decide(session, ada, { decision: 'approve', retrieval_token });
    expect(tried).toMatchObject({ status: 403, error: 'verification_failed' });
  });
});

describe('when time is over', () => {
  it('everybody hears so', async () => {
    const [idle, scanned] = [await harness.session(), await harness.session()];
    const retrieval_token = tokenFrom(await scan(scanned, ada));
    harness.clock.advance(300_000);
    const expired = { status: 410, error: 'session_expired' };
    expect(await decide(scanned, ada, { decision: 'approve', retrieval_token })).toMatchObject(expired);
    expect(await act(idle, 'cancel')).toMatchObject(expired);
    expect(await act(idle, 'connector', { connector: 'wallet', mode: 'qr' })).toMatchObject(expired);
    expect(await status(idle)).toMatchObject({ status: 'expired' });
    expect(await act(idle, 'renew'), 'the request still holds').toMatchObject({ status: 201 });
    harness.clock.advance(300_000);
    expect(await act(idle, 'renew')).toMatchObject({ status: 410, error: 'request_expired' });
  });
});

describe('the code', () => {
  const redeem = async (signedIn: SignedIn, changes: Record<string, string> = {}): Promise<Told> => {
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      code: signedIn.code,
      redirect_uri: REQUEST['redirect_uri'] ?? '',
      code_verifier: VERIFIER,
      client_id: 'shop',
      client_secret: SHOP_SECRET,
      ...changes,
    });
    return told(await fetch(`${harness.url}/oauth/token`, { method: 'POST', body }));
  };

  it.each<[string, Record<string, string>, number, string]>([
    ['another client', { client_id: 'strict' }, 400, 'invalid_grant'],
    ['a public client of that name', { client_secret: '' }, 401, 'invalid_client'],
    ['another verifier', { code_verifier: 'x'.repeat(43) }, 400, 'invalid_grant'],
    ['no verifier', { code_verifier: '' }, 400, 'invalid_grant'],
    ['another redirect URI', { redirect_uri: 'https://shop.example/other' }, 400, 'invalid_grant'],
    ['another grant', { grant_type: 'implicit' }, 400, 'unsupported_grant_type'],
    ['a code that was bent', { code: 'ac_AAAAAAAAAAAAAAAAAAAAAAAAAA.1.x' }, 400, 'invalid_grant'],
  ])('is not for %s, and stays good', async (_what, changes, expected, error) => {
    const signedIn = await harness.signIn();
    expect(await redeem(signedIn, changes)).toMatchObject({ status: expected, error });
    expect(await redeem(signedIn)).toMatchObject({ status: 200 });
  });

  it('used twice ends what the first use gave', async () => {
    const signedIn = await harness.signIn();
    const { answer } = await redeem(signedIn);
    const userinfo = (): Promise<Response> =>
      fetch(`${harness.url}/oauth/userinfo`, { headers: bearer(String(answer['access_token'])) });
    expect((await userinfo()).status).toBe(200);
    expect(await redeem(signedIn)).toMatchObject({ status: 400, error: 'invalid_grant' });
    expect((await userinfo()).status).toBe(401);
  });

  it('is over after a minute, and the browser that waits is given another', async () => {
    const signedIn = await harness.signIn();
    harness.clock.advance(60_000);
    expect(await redeem(signedIn)).toMatchObject({ status: 400, error: 'invalid_grant' });
    const next = new URL((await status(signedIn.session)).redirect_to ?? '').searchParams.get('code') ?? '';
    expect(next).not.toBe(signedIn.code);
    expect(await redeem({ ...signedIn, code: next })).toMatchObject({ status: 200 });
  });
});
