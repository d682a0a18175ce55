import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSandbox, PASBY_APP, type Sandbox } from '../../packages/sandbox/src/index.ts';
import type {
  Connector,
  UpstreamStart,
  UpstreamStarted,
  UpstreamStatus,
} from '../../packages/session-server/src/connectors/connector.ts';
import { pasby, type PasbyOptions } from '../../packages/session-server/src/connectors/pasby/index.ts';
import { openConnector, upstreamStart } from '../../packages/session-server/src/test-support/connector-calls.ts';

/** The connector and the stand-in, over HTTP, with the sandbox's phone in the person's hand. */

const NIN = { alma: '10000000001', ben: '10000000002' } as const;
let sandbox: Sandbox;
let base = '';
let privateKey = '';

beforeAll(async () => {
  sandbox = createSandbox({ beckon: { issuer: 'https://id.example.com' } });
  base = await sandbox.listen(0);
  privateKey = ((await (await fetch(`${base}/pasby/sandbox`)).json()) as { private_key: string }).private_key;
});
afterAll(() => sandbox.close());
beforeEach(() =>
  misbehave({
    // One address asks for all tests here.
    requests_per_minute: 1_000_000,
    streams: 'open',
    stamp: {},
    status: {},
    restricted: false,
  }),
);

function open(options: Partial<PasbyOptions> = {}): Promise<Connector> {
  const { api_key: apiKey, app_secret: appSecret } = PASBY_APP;
  return openConnector(pasby({ apiKey, appSecret, privateKey, baseUrl: `${base}/pasby`, ...options }));
}

function startOf(changes: Partial<UpstreamStart> = {}, request: Partial<UpstreamStart['request']> = {}): UpstreamStart {
  const scope = ['openid', 'profile', 'email', 'phone', 'address', 'pasby'];
  return upstreamStart({ scope, ...request }, changes);
}

/** Everything that follows until the end; `then` is called once the app has the request. */
async function follow(
  connector: Connector,
  started: UpstreamStarted,
  then: () => Promise<unknown> = () => Promise.resolve(),
): Promise<UpstreamStatus[]> {
  const seen: UpstreamStatus[] = [];
  for await (const status of connector.upstream?.follow(started.providerState, startOf(), AbortSignal.timeout(8_000)) ??
    []) {
    seen.push(status);
    if (status.status === 'retrieved') await then();
  }
  return seen;
}

async function begin(connector: Connector, start: UpstreamStart = startOf()): Promise<UpstreamStarted> {
  if (connector.upstream === null) throw new Error('pasby has a session of its own');
  return connector.upstream.start(start);
}

interface Scanned {
  readonly handle: string;
  readonly consent: { readonly scopes: readonly { scope: string; claims: string[] }[]; readonly client: unknown };
}

async function post(path: string, body: unknown): Promise<{ status: number; body: unknown }> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(base + path, init);
  return { status: response.status, body: await response.json() };
}
const scan = async (text: string, person = 'alma'): Promise<Scanned> => {
  const { status, body } = await post('/phone/scan', { text, person });
  expect({ status, body }).toMatchObject({ status: 200 });
  return body as Scanned;
};
const approve = (handle: string): Promise<unknown> => post('/phone/approve', { handle });
const misbehave = async (faults: unknown): Promise<void> => {
  expect((await post('/pasby/sandbox', faults)).status).toBe(200);
};

describe.each(['v1', 'v2'] as const)('%s', (version) => {
  const own = { version, app: PASBY_APP.app, organisation: PASBY_APP.organisation } as const;

  it('signs in by a scanned seed, whichever of them', async () => {
    const connector = await open({ ...own, seeds: 7 });
    const started = await begin(connector);
    expect(started.qr?.texts).toHaveLength(7);
    expect(new Set(started.qr?.texts).size).toBe(7);
    expect(started.qr?.interval_ms).toBe(1200);
    expect((started.expires_at ?? 0) - Date.now()).toBeGreaterThan(300_000);
    const { handle, consent } = await scan(started.qr?.texts[4] ?? '');
    expect(consent.client).toMatchObject({ origin: 'Sign in to Shop' });
    const seen = await follow(connector, started, () => approve(handle));
    expect(seen.map(({ status }) => status)).toEqual(['retrieved', 'confirmed']);
    const [, confirmed] = seen;
    if (confirmed?.status !== 'confirmed') throw new Error('not confirmed');
    expect(confirmed.identity).toMatchObject({
      subject: NIN.alma,
      auth_time: expect.any(Number) as number,
      claims: {
        name: 'Alma Exempel',
        given_name: 'Alma',
        family_name: 'Exempel',
        email: 'alma@example.com',
        email_verified: true,
        phone_number: '+46701740605',
        phone_number_verified: true,
        birthdate: '1990-04-17',
        gender: 'female',
        nationalities: ['NG'],
        place_of_birth: { locality: 'Lagos' },
        address: { locality: 'Exempelstad', formatted: 'Exempelgatan 1\n123 45 Exempelstad\nSverige' },
        pasby: { naming: { family: 'Exempel' }, nationality: { residence: 'SE' } },
      },
    });
    expect(JSON.stringify(confirmed.identity.claims), 'the national number is no claim').not.toContain(NIN.alma);
  });

  it('signs in by the link, on the same device', async () => {
    const connector = await open(own);
    const started = await begin(connector, startOf({ mode: 'same_device' }));
    expect(started.link).toContain('mode=identification');
    const { handle } = await scan(started.link ?? '', 'chloe');
    const seen = await follow(connector, started, () => approve(handle));
    expect(seen.at(-1)).toMatchObject({ status: 'confirmed', identity: { claims: { name: 'Chloé Modèle' } } });
  });

  it('signs in by a number, with a push', async () => {
    const connector = await open(own);
    const started = await begin(connector, startOf({ mode: 'direct', identifier: ' 1000 000 0002 ' }));
    expect(JSON.stringify(started), 'the number rests nowhere').not.toContain(NIN.ben);
    const inbox = async (): Promise<Scanned[]> =>
      (await (await fetch(`${base}/phone/inbox?user=${NIN.ben}`)).json()) as Scanned[];
    const [pushed] = await inbox();
    expect(await inbox(), 'the same push is shown once').toMatchObject([{ handle: pushed?.handle }]);
    const seen = await follow(connector, started, () => approve(pushed?.handle ?? ''));
    expect(seen.at(-1)).toMatchObject({ status: 'confirmed', identity: { subject: NIN.ben } });
  });
});

describe('what people do', () => {
  it('declines', async () => {
    const connector = await open();
    const started = await begin(connector);
    const { handle } = await scan(started.qr?.texts[0] ?? '');
    const seen = await follow(connector, started, () => post('/phone/decline', { handle }));
    expect(seen.map(({ status }) => status)).toEqual(['retrieved', 'declined']);
  });

  it('denies a claim: it is missing, the others are there', async () => {
    const connector = await open();
    const started = await begin(connector);
    const { handle, consent } = await scan(started.qr?.texts[0] ?? '', 'ben');
    expect(consent.scopes.find(({ scope }) => scope === 'contact')?.claims).toEqual(['email', 'email_verified']);
    const seen = await follow(connector, started, () => approve(handle));
    const last = seen.at(-1);
    if (last?.status !== 'confirmed') throw new Error('not confirmed');
    expect(last.identity.claims).toMatchObject({ email: 'ben@example.com', nationalities: ['GB', 'GH'] });
    expect(last.identity.claims).not.toHaveProperty('phone_number');
  });

  it('scans without having a pasby, or too late', async () => {
    const { qr } = await begin(await open());
    const [text = '', other = ''] = qr?.texts ?? [];
    expect((await post('/phone/scan', { text, person: 'dana' })).status).toBe(409);
    await scan(text, 'alma');
    expect((await post('/phone/scan', { text: other, person: 'ben' })).status, 'first pick, first served').toBe(409);
    await scan(other, 'alma');
  });

  it('lets it run out', async () => {
    const connector = await open();
    const started = await begin(connector);
    await misbehave({ end: { how: 'expired' } });
    expect(await follow(connector, started)).toEqual([{ status: 'expired' }]);
  });

  it('is asked for no more than the scopes cover', async () => {
    const { qr } = await begin(await open(), startOf({}, { scope: ['openid', 'email'] }));
    const { consent } = await scan(qr?.texts[0] ?? '');
    expect(consent.scopes).toEqual([{ scope: 'contact', claims: ['email', 'email_verified'] }]);
  });

  it.each([
    [{ prompt: ['create'] }, 'Create an account at Shop'],
    [{ linking: true }, 'Link your account at Shop'],
    [{}, 'Sign in to Shop'],
  ])('reads what it is for: %j', async (request, text) => {
    const { qr } = await begin(await open(), startOf({}, request));
    expect((await scan(qr?.texts[0] ?? '')).consent.client).toMatchObject({ origin: text });
  });
});

describe('a number', () => {
  const direct = (identifier: string): UpstreamStart => startOf({ mode: 'direct', identifier });

  it.each(['99999999999', '1234', '', 'not a number!'])('%j is refused with words for a person', async (identifier) => {
    const refusal: unknown = await begin(await open(), direct(identifier)).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'identifier_refused', message: expect.stringMatching(/number/) as string });
    expect([JSON.stringify(refusal), String(refusal)].filter((text) => text.includes(identifier || '#'))).toEqual([]);
  });

  it('says that the scope is restricted', async () => {
    await misbehave({ restricted: true });
    await expect(begin(await open(), direct(NIN.alma))).rejects.toMatchObject({
      code: 'connector_unavailable',
      detail: expect.stringContaining('identification:another') as string,
    });
  });

  it('is answered by no other person', async () => {
    const connector = await open();
    const started = await begin(connector, direct(NIN.alma));
    await misbehave({ status: { requestee: NIN.ben, signature: 'signed' } });
    await expect(follow(connector, started)).rejects.toMatchObject({ code: 'connector_unavailable' });
  });
});

describe('what pasby answers', () => {
  it.each<[string, Partial<PasbyOptions>, RegExp]>([
    ['a wrong api key', { apiKey: 'bk-test_other' }, /not allowed/],
    ['a wrong secret', { appSecret: 'snb_other' }, /not allowed/],
    ['a claim that it does not know', { claims: ['naming.unheard'] }, /fields claims/],
    ['a path that is not there', { paths: { wildcard: '/nowhere' } }, /404/],
  ])('%s', async (_name, options, detail) => {
    const start = startOf({}, { scope: ['pasby'] });
    await expect(begin(await open(options), start)).rejects.toMatchObject({
      code: 'connector_unavailable',
      detail: expect.stringMatching(detail) as string,
    });
  });

  it('too many requests, in plain text', async () => {
    await misbehave({ requests_per_minute: 0 });
    const connector = await open();
    await expect(begin(connector)).rejects.toMatchObject({ code: 'rate_limited', retry_after_s: 60 });
    await misbehave({ requests_per_minute: 1_000_000 });
    // Kept away for as long as was said, without being asked again.
    await expect(begin(connector)).rejects.toMatchObject({ code: 'rate_limited' });
  });

  it.each([
    { action: 'signup' },
    { id: 'req_other' },
    { acquireClaims: ['naming.given', 'financial.bvn'] },
    { app: 'app_other' },
    { payload: 'Send 100 coins' },
    { user: NIN.ben },
    { mode: 'signature' },
    { exp: 1 },
  ])('a stamp that says something else: %j', async (stamp) => {
    await misbehave({ stamp });
    await expect(begin(await open())).rejects.toMatchObject({ code: 'connector_unavailable' });
  });

  it('no stream: it is asked instead', async () => {
    await misbehave({ streams: 'refused' });
    const connector = await open();
    const started = await begin(connector);
    const { handle } = await scan(started.qr?.texts[0] ?? '');
    const seen = await follow(connector, started, () => approve(handle));
    expect(seen.map(({ status }) => status)).toEqual(['retrieved', 'confirmed']);
  });

  it('a stream that breaks off is replaced once, and an outage in between is waited out', async () => {
    const connector = await open();
    const started = await begin(connector);
    const { handle } = await scan(started.qr?.texts[0] ?? '');
    const seen = await follow(connector, started, async () => {
      await misbehave({ answer: { status: 502, body: '<html>', type: 'text/html', times: 1 }, streams: 'cut' });
      await misbehave({ streams: 'open' });
      await approve(handle);
    });
    expect(seen.map(({ status }) => status)).toEqual(['retrieved', 'confirmed']);
  });

  it('is told that no browser waits any more', async () => {
    const connector = await open();
    const started = await begin(connector);
    await connector.upstream?.cancel(started.providerState);
    expect((await post('/phone/scan', { text: started.qr?.texts[0] })).status).toBe(409);
    await expect(connector.upstream?.cancel(started.providerState), 'once more does no harm').resolves.toBeUndefined();
  });
});
