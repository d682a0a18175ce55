import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  createSandbox,
  KRDPASS_CLIENT,
  OIDC_CLIENT,
  PASWAD_CLIENT,
  type Sandbox,
} from '../../packages/sandbox/src/index.ts';
import { didit } from '../../packages/session-server/src/connectors/didit/index.ts';
import { krdpass } from '../../packages/session-server/src/connectors/krdpass/index.ts';
import { oidc } from '../../packages/session-server/src/connectors/oidc/index.ts';
import { paswad } from '../../packages/session-server/src/connectors/paswad/index.ts';
import { uaepass } from '../../packages/session-server/src/connectors/uaepass/index.ts';
import {
  type Harness,
  ISSUER,
  SHOP_ORIGIN,
  SHOP_SECRET,
  startHarness,
  VERIFIER,
} from '../../packages/session-server/src/test-support/harness.ts';
import { FakeBrowser } from '../../packages/session-server/src/test-support/redirect-world.ts';
import { decideAt, decideAtUaePass, phoneAt } from './conformance/stand-in.ts';

/**
 * A provider's tokens, from end to end: a person signs in at each stand-in, the website reads the token and calls the
 * provider with it, the provider renews it, and takes it back when the sign-in ends.
 */

let sandbox: Sandbox;
let origin = '';
let harness: Harness;

beforeAll(async () => {
  sandbox = createSandbox({ beckon: { issuer: ISSUER }, now: () => harness.clock.now() });
  origin = await sandbox.listen(0);
  const scope = 'openid profile email krdpass offline_access';
  harness = await startHarness({
    clients: [
      {
        client_id: 'shop',
        client_name: 'Shop',
        client_secret: SHOP_SECRET,
        redirect_uris: [`${SHOP_ORIGIN}/callback`],
        allowed_origins: [SHOP_ORIGIN],
        scope,
        cross_device: { verification: 'none', scope },
        upstream_tokens: true,
        access_token_lifetime: 86_400,
      },
    ],
    connectors: [
      krdpass({ ...KRDPASS_CLIENT, casUrl: `${origin}/krdpass/cas`, appUrl: `${origin}/krdpass/app` }),
      paswad({
        clientId: PASWAD_CLIENT.id,
        clientSecret: PASWAD_CLIENT.secret,
        issuer: `${origin}/paswad/id`,
        apiUrl: `${origin}/paswad/api`,
      }),
      oidc({
        id: 'oidc',
        names: { en: 'Any' },
        clientId: OIDC_CLIENT.id,
        clientSecret: OIDC_CLIENT.secret,
        issuer: `${origin}/oidc`,
        scope: ['openid', 'profile', 'email', 'offline_access'],
      }),
      uaepass({
        clientId: 'sandbox_stage',
        clientSecret: 'sandbox_stage',
        baseUrl: `${origin}/uaepass/idshub`,
        minimumLevel: 'SOP1',
      }),
      didit({
        clientId: 'sandbox-didit',
        clientSecret: 'sandbox-didit-secret',
        baseUrl: `${origin}/didit`,
        issuer: `${origin}/didit`,
        jwksUri: `${origin}/didit/jwks.json`,
        pollWithoutPushMilliseconds: 50,
        pollMilliseconds: 50,
      }),
    ],
  });
});
afterAll(async () => {
  await harness.close();
  await sandbox.close();
});

interface Provider {
  readonly connector: string;
  /** What the access token opens, below the sandbox. */
  readonly api: string;
  readonly renews: boolean;
  readonly revokes: boolean;
  /** The browser at the provider, and where it is sent from there; null where the provider has a session of its own. */
  readonly approve: ((location: string) => Promise<string>) | null;
}

const byPhone = async (text: string): Promise<string> =>
  String((await phoneAt(origin, 'ben')(text, 'approve'))['location']);
const PROVIDERS: readonly Provider[] = [
  { connector: 'krdpass', api: '/krdpass/cas/connect/userinfo', renews: true, revokes: true, approve: byPhone },
  {
    connector: 'paswad',
    api: '/paswad/api/v1/oauth/userinfo',
    renews: true,
    revokes: true,
    approve: (location) => decideAt(origin, location, 'approve'),
  },
  {
    connector: 'oidc',
    api: '/oidc/userinfo',
    renews: true,
    revokes: true,
    approve: (location) => decideAt(origin, location, 'approve'),
  },
  {
    connector: 'uaepass',
    api: '/uaepass/idshub/userinfo',
    renews: false,
    revokes: false,
    approve: (location) => decideAtUaePass(origin, location, 'approve', 'ben@example.com'),
  },
  { connector: 'didit', api: '/didit/auth/v2/users/retrieve/', renews: true, revokes: false, approve: null },
];

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const json = async <T>(response: Response): Promise<T> => {
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
};
const form = (path: string, members: Readonly<Record<string, string>>): Promise<Response> =>
  fetch(harness.url + path, {
    method: 'POST',
    body: new URLSearchParams({ client_id: 'shop', client_secret: SHOP_SECRET, ...members }),
  });

/** What of a snapshot is looked at. */
interface Seen {
  readonly same_device: { readonly url: string } | null;
  readonly redirect_to: string | null;
}

async function codeFor({ connector, approve }: Provider): Promise<string> {
  const scope = 'openid profile email krdpass offline_access';
  const session = await harness.session({ client_id: 'shop', scope, connector });
  const own = { ...bearer(session.session_secret), origin: SHOP_ORIGIN };
  const at = `/session/${session.session_id}`;
  await json(await harness.post(`${at}/connector`, { connector, mode: 'same_device' }, own));
  const status = async (): Promise<Seen> => json(await fetch(`${harness.url}${at}/status`, { headers: own }));
  const link = await vi.waitFor(async () => {
    const { same_device } = await status();
    if (same_device === null) throw new Error('no link yet');
    return same_device.url;
  });
  let location: string;
  if (approve === null) {
    await phoneAt(origin, 'ben')(link, 'approve');
    location = await vi.waitFor(
      async () => {
        const { redirect_to } = await status();
        if (redirect_to === null) throw new Error('not confirmed yet');
        return redirect_to;
      },
      { timeout: 8_000 },
    );
  } else {
    const browser = new FakeBrowser(harness);
    await fetch(`${harness.url}${at}/start`, { method: 'POST', headers: own });
    const { location: there } = await browser.open(link);
    ({ location } = await browser.open(await approve(there)));
  }
  return new URL(location).searchParams.get('code') ?? '';
}

interface Upstream {
  readonly access_token: string;
  readonly expires_in: number;
  readonly connector: string;
}

describe.each(PROVIDERS)('a token of $connector', (provider) => {
  it('FT-D11d: opens its API, lives on, and ends with the sign-in', async () => {
    const grant = { grant_type: 'authorization_code', code: await codeFor(provider), code_verifier: VERIFIER };
    const ours = await json<{ access_token: string; refresh_token: string }>(await form('/oauth/token', grant));
    const read = async (): Promise<Upstream> =>
      json(await fetch(`${harness.url}/oauth/upstream-token`, { headers: bearer(ours.access_token) }));
    const opens = async (token: string): Promise<number> =>
      (await fetch(origin + provider.api, { headers: bearer(token) })).status;

    const first = await read();
    expect(first).toMatchObject({ connector: provider.connector, token_type: 'Bearer' });
    expect(await opens(first.access_token)).toBe(200);

    harness.clock.advance((first.expires_in - 5) * 1000);
    const answers = await Promise.all(Array.from({ length: 20 }, read));
    const tokens = new Set(answers.map(({ access_token }) => access_token));
    expect(tokens.size, 'all of them read the same').toBe(1);
    const [newest = ''] = tokens;
    expect(newest !== first.access_token).toBe(provider.renews);
    expect(await opens(newest)).toBe(200);

    expect((await form('/oauth/revoke', { token: ours.refresh_token })).status).toBe(200);
    await vi.waitFor(
      async () => {
        expect(await opens(newest)).toBe(provider.revokes ? 401 : 200);
        const kinds = harness.resting().map((row) => (row as { readonly kind: string }).kind);
        expect(kinds, 'nothing of it rests').not.toContain('upstream_tokens');
      },
      { timeout: 8_000 },
    );
    expect(harness.log.join('\n')).not.toContain('were not');
  }, 30_000);
});
