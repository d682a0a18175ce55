import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createSandbox,
  KRDPASS_CLIENT,
  OIDC_CLIENT,
  PASWAD_CLIENT,
  type Sandbox,
} from '../../packages/sandbox/src/index.ts';
import type {
  Connector,
  ConnectorConfig,
  RedirectOutcome,
} from '../../packages/session-server/src/connectors/connector.ts';
import { krdpass } from '../../packages/session-server/src/connectors/krdpass/index.ts';
import { oidc } from '../../packages/session-server/src/connectors/oidc/index.ts';
import { paswad } from '../../packages/session-server/src/connectors/paswad/index.ts';
import { uaepass } from '../../packages/session-server/src/connectors/uaepass/index.ts';
import { wallet } from '../../packages/session-server/src/connectors/wallet/index.ts';
import {
  beginAt,
  finishWith,
  openConnector,
  redirectStart,
} from '../../packages/session-server/src/test-support/connector-calls.ts';
import { decideAt, decideAtUaePass, ISSUER, phoneAt, post } from './conformance/stand-in.ts';

/** A provider that fails once, at each endpoint, after the person has approved. */

let sandbox: Sandbox;
let origin = '';
let waits: number[] = [];

beforeEach(async () => {
  waits = [];
  sandbox = createSandbox({ beckon: { issuer: ISSUER } });
  origin = await sandbox.listen(0);
});
afterEach(() => sandbox.close());

const fault = (path: string, answer: string, retry_after: number | null = null): Promise<Response> =>
  fetch(`${origin}/sandbox/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ path, answer, retry_after }),
  });

function open(config: ConnectorConfig): Promise<Connector> {
  const sleep = (duration_ms: number): Promise<void> => {
    waits.push(duration_ms);
    return Promise.resolve();
  };
  return openConnector(config, { issuer: ISSUER, sleep });
}

interface Case {
  readonly config: () => ConnectorConfig;
  readonly approve: (location: string) => Promise<string>;
  readonly userinfo: string;
  readonly token: string;
}

const CASES: Readonly<Record<string, Case>> = {
  uaepass: {
    config: () =>
      uaepass({
        clientId: 'sandbox_stage',
        clientSecret: 'sandbox_stage',
        baseUrl: `${origin}/uaepass/idshub`,
        minimumLevel: 'SOP1',
      }),
    approve: (location) => decideAtUaePass(origin, location, 'approve', 'alma@example.com'),
    userinfo: '/uaepass/idshub/userinfo',
    token: '/uaepass/idshub/token',
  },
  krdpass: {
    config: () => krdpass({ ...KRDPASS_CLIENT, casUrl: `${origin}/krdpass/cas`, appUrl: `${origin}/krdpass/app` }),
    approve: async (location) => String((await phoneAt(origin, 'ben')(location, 'approve'))['location']),
    userinfo: '/krdpass/cas/connect/userinfo',
    token: '/krdpass/cas/connect/token',
  },
  paswad: {
    config: () =>
      paswad({
        clientId: PASWAD_CLIENT.id,
        clientSecret: PASWAD_CLIENT.secret,
        issuer: `${origin}/paswad/id`,
        apiUrl: `${origin}/paswad/api`,
      }),
    approve: (location) => decideAt(origin, location, 'approve'),
    userinfo: '/paswad/api/v1/oauth/userinfo',
    token: '/paswad/api/v1/oauth/token',
  },
  oidc: {
    config: () =>
      oidc({
        id: 'example',
        names: { en: 'Example' },
        issuer: `${origin}/oidc`,
        clientId: OIDC_CLIENT.id,
        clientSecret: OIDC_CLIENT.secret,
      }),
    approve: (location) => decideAt(origin, location, 'approve'),
    userinfo: '/oidc/userinfo',
    token: '/oidc/token',
  },
};

async function signIn({ config, approve }: Case, spoil: () => Promise<unknown>): Promise<RedirectOutcome> {
  const connector = await open(config());
  const start = redirectStart(`${ISSUER}/callback/${connector.id}`);
  const callback = await approve(await beginAt(connector, start));
  await spoil();
  return finishWith(connector, start, callback);
}

describe.each(Object.entries(CASES))('%s', (_name, each) => {
  it.each(['error', 'drop', 'rate_limit'])(
    'FT-B3a: userinfo that answers once by %s costs no sign-in',
    async (answer) => {
      expect((await signIn(each, () => fault(each.userinfo, answer))).type).toBe('identity');
      expect(waits).toHaveLength(1);
    },
  );

  it('FT-B3a: comes back when it is told to', async () => {
    expect((await signIn(each, () => fault(each.userinfo, 'rate_limit', 3))).type).toBe('identity');
    expect(waits[0]).toBeGreaterThanOrEqual(3_000);
    expect(waits[0]).toBeLessThanOrEqual(3_300);
  });

  it.each(['error', 'drop'])('FT-B3b: redeems no code twice: %s', async (answer) => {
    await expect(signIn(each, () => fault(each.token, answer))).rejects.toMatchObject({
      code: 'connector_unavailable',
    });
    expect(waits).toEqual([]);
  });
});

it.each(['/wallet/.well-known/openid-configuration', '/wallet/jwks.json', '/wallet/userinfo'])(
  'FT-B3a: a wallet issuer that drops one call of %s costs no approval',
  async (path) => {
    const issuer = `${origin}/wallet`;
    const { wallet: capability } = await open(wallet({ issuers: [{ issuer, clientIds: ['sandbox-phone'] }] }));
    const token = String((await post(`${issuer}/token`, { person: 'alma' }))['access_token']);
    await fault(path, 'drop');
    const holder = await capability?.authenticate(token);
    if (holder === undefined) throw new Error('it is no wallet');
    expect((await capability?.identify(token, holder, ['openid', 'profile']))?.claims).toMatchObject({
      name: 'Alma Exempel',
    });
    expect(waits).toHaveLength(1);
  },
);
