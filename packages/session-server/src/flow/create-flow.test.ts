import { randomBytes, randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Connector, ConnectorError, NO_CAPABILITIES } from '../connectors/connector.ts';
import { createSecrets, type Secrets } from '../secrets/index.ts';
import { type AuthorizationRequest, type Client, type Device, parseLink, type Session } from '../session/index.ts';
import { openSqliteStore } from '../store/index.ts';
import type { Store, Write } from '../store/store.ts';
import { createFakeClock, slowStore } from '../testing/index.ts';
import { createInProcessBus } from '../bus/index.ts';
import { createFlow } from './create-flow.ts';
import { createJobs, systemTimers } from '../jobs/index.ts';
import type { SessionCredentials } from './browser-port.ts';
import type { Scan, WalletPort } from './wallet-port.ts';
import { type WholeFlow, wholeFlow } from '../test-support/whole-flow.ts';
import { exampleClient } from '../test-support/example-client.ts';
import { shownText } from '../test-support/shown-text.ts';
import { exampleRecording } from '../test-support/example-recording.ts';
import { exampleUpstreamTokens } from '../test-support/example-upstream-tokens.ts';

const issuer = 'https://id.example.com';
const browser: Device = {
  address: '192.0.2.10',
  comparable: true,
  user_agent: 'Browser',
  origin: 'https://shop.example',
};
const phone: Device = { address: '192.0.2.77', comparable: true, user_agent: 'Phone', origin: null };
const secret = (): string => randomBytes(32).toString('base64url');

const client: Client = exampleClient({
  redirect_uris: ['https://shop.example/callback?from=beckon'],
  cross_device: { verification: 'none', network: 'warn', scope: null, confirm_person: false, direct: false },
});

const request: AuthorizationRequest = {
  client_id: 'shop',
  redirect_uri: 'https://shop.example/callback?from=beckon',
  response_mode: 'query',
  scope: ['openid', 'profile'],
  state: 'the state',
  nonce: null,
  code_challenge: 'x'.repeat(43),
  prompt: [],
  max_age: null,
  linking: false,
  login_hint: null,
  ui_locales: [],
  acr_values: [],
  client_authenticated: false,
  connector: null,
};

/** A wallet whose access token is the person's name. */
const wallet: Connector = {
  ...NO_CAPABILITIES,
  id: 'wallet',
  names: { en: 'Wallet' },
  button: null,
  modes: ['qr', 'same_device'],
  verifies: { number: true, network: true },
  wallet: {
    authenticate: (token) =>
      token.startsWith('bad')
        ? Promise.reject(new ConnectorError('wallet_not_trusted', 'no'))
        : Promise.resolve({ issuer: 'https://wallet.example', subject: token }),
    identify: (_token, { subject }) =>
      Promise.resolve({ subject, claims: { name: subject }, acr: null, amr: [], auth_time: 1_700_000_000 }),
    handOver: (text) => `https://wallet.example/open?uri=${encodeURIComponent(text)}`,
    installUrl: null,
    appleAppIds: [],
    androidApps: [],
  },
};

interface World {
  readonly flow: WholeFlow;
  readonly store: Store;
  readonly clock: ReturnType<typeof createFakeClock>;
  readonly start: (
    request?: AuthorizationRequest,
  ) => Promise<SessionCredentials & { readonly request_uri: string; readonly scan: Scan }>;
}

function world(
  options: {
    policy?: Client['cross_device'];
    connectors?: readonly Connector[];
    slow?: boolean;
    secrets?: Secrets;
    /** Stands between flow and the store. */
    over?: (store: Store) => Store;
  } = {},
): World {
  const clock = createFakeClock(1_700_000_000_000);
  const secrets =
    options.secrets ?? createSecrets({ secret: [secret()], subject_secret: secret(), random: randomBytes });
  const sqlite = openSqliteStore({ path: ':memory:', sealer: secrets, now: clock.now, wait: () => Promise.resolve() });
  const store = options.over?.(sqlite) ?? (options.slow === true ? slowStore(sqlite, () => randomInt(5)) : sqlite);
  const connectors = options.connectors ?? [wallet];
  const registered = {
    ...client,
    connectors: connectors.map(({ id }) => id),
    ...(options.policy && { cross_device: options.policy }),
  };
  const ports = createFlow({
    settings: {
      issuer,
      qrBaseUrl: `${issuer}/Q/`,
      lifetimes: {
        unscanned_ms: 120_000,
        scanned_ms: 300_000,
        code_ms: 60_000,
        request_uri_ms: 600_000,
        frame_ms: 2000,
      },
    },
    store,
    clients: {
      find: (id) => Promise.resolve(id === 'shop' ? registered : null),
      registered: (id) => Promise.resolve(id === 'shop' ? registered : null),
      knowsOrigin: () => Promise.resolve(true),
    },
    connectors: new Map(connectors.map((connector) => [connector.id, connector])),
    upstreamTokens: exampleUpstreamTokens(store, connectors),
    secrets,
    recording: exampleRecording(),
    newId: () => randomBytes(13).toString('hex').toUpperCase(),
    randomBytes,
    randomInt: (below) => randomInt(below),
    bus: createInProcessBus(),
    timers: { sleep: () => new Promise(() => undefined) },
    elapsed: clock.now,
    patience_ms: 0,
  });
  const flow = wholeFlow(ports);
  const start: World['start'] = async (asked = request) => {
    const { request_uri } = await flow.push(asked);
    const handle = await flow.create(registered, request_uri, browser);
    const [session_id = '', step = '', mac = ''] = shownText(handle.qr).split('/').at(-1)?.split('.') ?? [];
    return {
      session_id: handle.session_id,
      session_secret: handle.session_secret,
      request_uri,
      scan: { session_id: session_id || handle.session_id, step, mac },
    };
  };
  return { flow, store, clock, start };
}

const approve = (
  flow: WholeFlow,
  id: string,
  token: string,
  retrieval_token: string,
  verification: string | null = null,
): ReturnType<WalletPort['update']> =>
  flow.update(id, token, {
    decision: 'approve',
    accepted_scopes: ['profile'],
    verification,
    retrieval_token,
    reason: 'user',
  });

const codeIn = (redirect: string | null): string => new URL(redirect ?? '').searchParams.get('code') ?? '';
const nothing = (): void => undefined;
/** Whether a write gives a session the newer request. */
const isNewer = (write: Write): boolean =>
  write.op === 'swap' && write.kind === 'session' && (write.row.value as Session).request.state === 'the newer state';

describe('a sign-in by QR code', () => {
  it('goes from initialized through retrieved and confirmed to a code, and completes when it is redeemed', async () => {
    const { flow, start } = world();
    const session = await start();
    const consent = await flow.retrieve(session.scan, 'ada', phone);
    expect(consent).toMatchObject({
      client: { name: 'Shop', origin: 'https://shop.example' },
      verification: null,
      requester: { address: '192.0.2.…', same_network: true },
    });
    expect((await flow.snapshot(session)).status).toBe('retrieved');
    expect(await approve(flow, session.session_id, 'ada', consent.retrieval_token)).toEqual({
      status: 'confirmed',
      location: null,
    });

    const { redirect_to, status } = await flow.snapshot(session);
    expect(status).toBe('confirmed');
    expect(
      redirect_to?.startsWith('https://shop.example/callback?from=beckon&code='),
      'the redirect URI stays to the letter',
    ).toBe(true);
    expect(new URL(redirect_to ?? '').searchParams.get('state')).toBe('the state');
    expect(new URL(redirect_to ?? '').searchParams.get('iss')).toBe(issuer);
    expect(codeIn((await flow.snapshot(session)).redirect_to), 'collected again, the same code').toBe(
      codeIn(redirect_to),
    );

    const redeemed = await flow.redeem(codeIn(redirect_to), nothing, (confirmed) => {
      expect(confirmed.confirmation).toMatchObject({
        scope: ['openid', 'profile'],
        identity: { claims: { name: 'ada' } },
      });
      return [];
    });
    expect(redeemed.outcome).toBe('redeemed');
    expect((await flow.snapshot(session)).status).toBe('completed');
  });

  it('gives a new code when the last one is too old, and the old one is dead', async () => {
    const { flow, start, clock } = world();
    const session = await start();
    const { retrieval_token } = await flow.retrieve(session.scan, 'ada', phone);
    await approve(flow, session.session_id, 'ada', retrieval_token);
    const first = codeIn((await flow.snapshot(session)).redirect_to);
    clock.advance(60_000);
    const second = codeIn((await flow.snapshot(session)).redirect_to);
    expect(second).not.toBe(first);
    expect((await flow.redeem(first, nothing, () => [])).outcome).toBe('invalid');
    expect((await flow.redeem(second, nothing, () => [])).outcome).toBe('redeemed');
  });

  it('lets a second phone neither claim nor decide', async () => {
    const { flow, start } = world();
    const session = await start();
    const { retrieval_token } = await flow.retrieve(session.scan, 'ada', phone);
    await expect(flow.retrieve(session.scan, 'eve', phone)).rejects.toMatchObject({ code: 'already_claimed' });
    await expect(approve(flow, session.session_id, 'eve', retrieval_token)).rejects.toMatchObject({
      code: 'already_claimed',
    });
    expect((await flow.retrieve(session.scan, 'ada', phone)).retrieval_token, 'the first comes back to the same').toBe(
      retrieval_token,
    );
  });

  it.each(['user', 'not_me'] as const)(
    'FT-C30a: tells the screen by a code why it was declined: %s',
    async (reason) => {
      const { flow, start } = world();
      const session = await start();
      const { retrieval_token } = await flow.retrieve(session.scan, 'ada', phone);
      const decline = {
        decision: 'decline',
        accepted_scopes: [],
        verification: null,
        retrieval_token,
        reason,
      } as const;
      await flow.update(session.session_id, 'ada', decline);
      const { error, redirect_to } = await flow.snapshot(session);
      expect(error).toMatchObject({ error: 'access_denied', reason });
      const told = [...new URL(redirect_to ?? '').searchParams.keys()];
      expect(told, 'the website has words alone').toEqual(['from', 'error', 'error_description', 'state', 'iss']);
    },
  );

  it('FT-C30a: tells a phone that did not answer in time from a code that was not scanned', async () => {
    const { flow, start, clock } = world();
    const late = async (scans: boolean, approves: boolean): Promise<string | undefined> => {
      const session = await start();
      const consent = scans ? await flow.retrieve(session.scan, 'ada', phone) : null;
      if (consent && approves) await approve(flow, session.session_id, 'ada', consent.retrieval_token);
      clock.advance(300_000);
      const { status, error } = await flow.snapshot(session);
      expect(status).toBe('expired');
      return error?.reason;
    };
    expect(await late(false, false)).toBeUndefined();
    expect(await late(true, false)).toBe('not_decided');
    expect(await late(true, true), 'the phone did its part').toBeUndefined();
  });

  it('declines at one wrong number', async () => {
    const { flow, start } = world({
      policy: { verification: 'number', network: 'warn', scope: null, confirm_person: false, direct: false },
    });
    const session = await start();
    expect((await flow.snapshot(session)).verification, 'never shown before the scan').toEqual({
      method: 'number',
      number: null,
    });
    const consent = await flow.retrieve(session.scan, 'ada', phone);
    expect(consent.verification).toEqual({ method: 'number', digits: 2 });
    const shown = (await flow.snapshot(session)).verification?.number ?? '';
    expect(shown).toMatch(/^[1-9]\d$/);
    const wrong = shown === '99' ? '98' : '99';
    await expect(approve(flow, session.session_id, 'ada', consent.retrieval_token, wrong)).rejects.toMatchObject({
      code: 'verification_failed',
    });
    const { status, error, redirect_to } = await flow.snapshot(session);
    expect(status).toBe('declined');
    expect(error?.reason, 'the screen is told why').toBe('wrong_number');
    const told = new URL(redirect_to ?? '').searchParams;
    expect([told.get('error'), told.has('reason')], 'the website is not').toEqual(['access_denied', false]);
    await expect(
      approve(flow, session.session_id, 'ada', consent.retrieval_token, shown),
      'there is no second try',
    ).rejects.toMatchObject({ code: 'invalid_transition' });
  });

  it('refuses a stale frame and consumes nothing with it', async () => {
    const { flow, start, clock } = world();
    const session = await start();
    clock.advance(12_000);
    await expect(flow.retrieve(session.scan, 'ada', phone)).rejects.toMatchObject({ code: 'qr_stale' });
    expect((await flow.snapshot(session)).status).toBe('initialized');
  });

  it('lets the wallet that claimed it come back with the frame that it scanned, however old', async () => {
    const { flow, start, clock } = world();
    const session = await start();
    await flow.retrieve(session.scan, 'ada', phone);
    clock.advance(100_000);
    await expect(flow.retrieve(session.scan, 'ada', phone)).resolves.toMatchObject({ client: { name: 'Shop' } });
    await expect(flow.retrieve(session.scan, 'eve', phone)).rejects.toMatchObject({ code: 'qr_stale' });
  });

  it('asks for a recent authentication where the website does', async () => {
    const { flow, start, clock } = world();
    const session = await start({ ...request, max_age: 60 });
    clock.advance(66_000);
    const { qr } = await flow.snapshot(session);
    const [, step = '', mac = ''] = shownText(qr).split('.').slice(-3);
    const { retrieval_token } = await flow.retrieve({ session_id: session.session_id, step, mac }, 'ada', phone);
    await expect(approve(flow, session.session_id, 'ada', retrieval_token)).rejects.toMatchObject({
      code: 'wallet_not_trusted',
    });
    expect((await flow.snapshot(session)).status, 'the person may authenticate and try again').toBe('retrieved');
  });
});

describe('who may see a session', () => {
  it('needs its own secret, and learns nothing with another', async () => {
    const { flow, start } = world();
    const [a, b] = [await start(), await start()];
    const mixed = { session_id: a.session_id, session_secret: b.session_secret };
    for (const call of [
      () => flow.snapshot(mixed),
      () => flow.cancel(mixed),
      () => flow.renew(mixed, browser),
      () => flow.clientOf(mixed),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'session_not_found' });
    }
  });

  it('refuses a frame of another session, and a wallet that is not trusted before it looks', async () => {
    const { flow, start } = world();
    const [a, b] = [await start(), await start()];
    await expect(flow.retrieve({ ...a.scan, mac: b.scan.mac }, 'ada', phone)).rejects.toMatchObject({
      code: 'invalid_request',
    });
    await expect(flow.retrieve(a.scan, 'bad', phone)).rejects.toMatchObject({ code: 'wallet_not_trusted' });
    await expect(
      flow.retrieve({ ...a.scan, session_id: 'UNKNOWN' }, 'bad', phone),
      'not even whether there is one',
    ).rejects.toMatchObject({ code: 'wallet_not_trusted' });
  });
});

describe('on one device', () => {
  it('FT-C70g: leads to the app link, and gives the code to the wallet that comes back and never to a watcher', async () => {
    const { flow, start } = world();
    const session = await start();
    const { same_device, qr } = await flow.choose(session, {
      connector: 'wallet',
      mode: 'same_device',
      login_hint: null,
    });
    expect(qr, 'one way at a time').toBeNull();
    await expect(flow.retrieve(session.scan, 'ada', phone), 'the QR code is dead').rejects.toMatchObject({
      code: 'qr_stale',
    });
    const link = new URL(same_device?.url ?? '');
    expect(link.origin + link.pathname).toBe('https://wallet.example/open');
    const text = link.searchParams.get('uri') ?? '';
    const [base, carried = ''] = text.split(/(?<=\/q\/)/);
    expect(base).toBe('https://id.example.com/q/');
    const scan = parseLink(carried);
    expect(scan).toMatchObject({ session_id: session.session_id, step: 'S' });
    if (scan === null) throw new Error('no link to the session');
    const { retrieval_token } = await flow.retrieve(scan, 'ada', phone);
    const { location } = await approve(flow, session.session_id, 'ada', retrieval_token);
    expect((await flow.snapshot(session)).redirect_to).toBeNull();
    expect(
      codeIn((await approve(flow, session.session_id, 'ada', retrieval_token)).location),
      'the answer was lost, the app asks again',
    ).toBe(codeIn(location));
    expect((await flow.redeem(codeIn(location), nothing, () => [])).outcome).toBe('redeemed');
  });

  it('FT-C70h: leads to the issuer where the wallet has no app link', async () => {
    if (wallet.wallet === null) throw new Error('no wallet');
    const { flow, start } = world({ connectors: [{ ...wallet, wallet: { ...wallet.wallet, handOver: () => null } }] });
    const session = await start();
    const choice = { connector: 'wallet', mode: 'same_device', login_hint: null } as const;
    const { same_device } = await flow.choose(session, choice);
    expect(same_device?.url).toMatch(new RegExp(`^https://id\\.example\\.com/q/${session.session_id}\\.S\\.`));
  });
});

describe('a pushed request', () => {
  it('may be opened and renewed, and is consumed by the first code', async () => {
    const { flow, start } = world();
    const first = await start();
    const second = await flow.renew(first, browser);
    expect(second.session_id).not.toBe(first.session_id);
    expect((await flow.snapshot(first)).status, 'the old code is not scannable beside the new one').toBe('cancelled');
    const third = await flow.create(client, first.request_uri, browser);
    const [, step = '', mac = ''] = shownText(third.qr).split('.').slice(-3);
    const { retrieval_token } = await flow.retrieve({ session_id: third.session_id, step, mac }, 'ada', phone);
    await approve(flow, third.session_id, 'ada', retrieval_token);
    expect((await flow.snapshot(third)).redirect_to).toContain('code=');
    await expect(flow.renew(second, browser)).rejects.toMatchObject({ code: 'request_expired' });
    await expect(flow.create(client, first.request_uri, browser)).rejects.toMatchObject({ code: 'request_expired' });
  });

  it('serves one code even when two of its sessions are confirmed', async () => {
    const { flow, start } = world({ slow: true });
    const first = await start();
    const second = await flow.create(client, first.request_uri, browser);
    const [, step = '', mac = ''] = shownText(second.qr).split('.').slice(-3);
    for (const scan of [first.scan, { session_id: second.session_id, step, mac }]) {
      const { retrieval_token } = await flow.retrieve(scan, 'ada', phone);
      await approve(flow, scan.session_id, 'ada', retrieval_token);
    }
    const answers = await Promise.all([flow.snapshot(first), flow.snapshot(second)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual(['confirmed', 'failed']);
  });

  it('rests a minute longer than it is good for, or as long as a session of it might be confirmed', async () => {
    const { flow, start, store, clock } = world();
    await start();
    await flow.push(request);
    clock.advance(600_000 + 59_999);
    expect((await store.list('request', 10)).rows).toHaveLength(2);
    clock.advance(1);
    expect((await store.list('request', 10)).rows, 'the one that no session began with').toHaveLength(1);
    clock.advance(3_600_000);
    expect((await store.list('request', 10)).rows).toEqual([]);
  });

  it('FT-B1d: that replaces another one while its code is minted is consumed by that code', async () => {
    let next: 'claim' | 'replace' | null = null;
    let begins = nothing;
    const [replaced, goesOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const over = (store: Store): Store => ({
      ...store,
      async commit(writes) {
        // Between the look at the request and the code that would consume it the page is reloaded.
        if (next === 'claim' && typeof writes === 'function') {
          next = 'replace';
          begins();
          await replaced.promise;
        }
        const done = await store.commit(writes);
        if (next === 'replace' && typeof writes !== 'function' && writes.some(isNewer)) {
          next = null;
          replaced.resolve();
          await goesOn.promise;
        }
        return done;
      },
    });
    const { flow, start } = world({ over });
    const session = await start();
    const { retrieval_token } = await flow.retrieve(session.scan, 'ada', phone);
    await approve(flow, session.session_id, 'ada', retrieval_token);
    const { request_uri } = await flow.push({ ...request, state: 'the newer state' });
    const reloaded = new Promise<unknown>((resolve) => {
      begins = () => resolve(flow.create(client, request_uri, browser, session));
    });
    next = 'claim';
    const { redirect_to } = await flow.snapshot(session);
    expect(new URL(redirect_to ?? '').searchParams.get('state')).toBe('the newer state');
    await expect(flow.create(client, request_uri, browser)).rejects.toMatchObject({ code: 'request_expired' });
    goesOn.resolve();
    expect(await reloaded, 'the page that was reloaded collects the same code').toMatchObject({ redirect_to });
  });

  it('FT-B1a: of two reloads at once the one that came too late keeps no say over the session', async () => {
    const { flow, start, store } = world();
    const session = await start();
    const servedBy = async (id: string): Promise<unknown> =>
      (await store.get<{ readonly request_id: string }>('session', id)).row?.value.request_id;
    const newer = await Promise.all(['one', 'two'].map((state) => flow.push({ ...request, state })));
    await Promise.all(newer.map(({ request_uri }) => flow.create(client, request_uri, browser, session)));
    let left = 0;
    for (const { request_uri } of newer) {
      const { session_id } = await flow.create(client, request_uri, browser);
      if ((await servedBy(session_id)) === (await servedBy(session.session_id))) continue;
      left += 1;
      for (let n = 0; n < 3; n += 1) await flow.create(client, request_uri, browser);
    }
    expect([left, (await flow.snapshot(session)).status]).toEqual([1, 'initialized']);
  });

  it('is over after its time, and belongs to no other client', async () => {
    const { flow, start, clock } = world();
    const session = await start();
    await expect(flow.pushed('other', session.request_uri)).rejects.toMatchObject({ code: 'request_expired' });
    clock.advance(600_000);
    await expect(flow.renew(session, browser)).rejects.toMatchObject({ code: 'request_expired' });
    await expect(flow.pushed('shop', session.request_uri)).rejects.toMatchObject({ code: 'request_expired' });
  });
});

describe('what must happen once', () => {
  it.each([false, true])('redeems a code for one of 20 (slow store: %s), and the rest are replays', async (slow) => {
    const { flow, start } = world({ slow });
    const session = await start();
    const { retrieval_token } = await flow.retrieve(session.scan, 'ada', phone);
    await approve(flow, session.session_id, 'ada', retrieval_token);
    const code = codeIn((await flow.snapshot(session)).redirect_to);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => flow.redeem(code, nothing, () => [])));
    expect(outcomes.filter(({ outcome }) => outcome === 'redeemed')).toHaveLength(1);
    expect(outcomes.filter(({ outcome }) => outcome === 'replayed')).toHaveLength(19);
  });

  it('lets one of 20 wallets claim, and gives 20 collectors one code', async () => {
    const { flow, start } = world({ slow: true });
    const session = await start();
    const people = Array.from({ length: 20 }, (_, i) => `person-${i}`);
    const claims = await Promise.allSettled(people.map((name) => flow.retrieve(session.scan, name, phone)));
    const winner = claims.findIndex(({ status }) => status === 'fulfilled');
    expect(claims.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const claim = claims[winner];
    if (claim?.status !== 'fulfilled') throw new Error('no call won');
    await approve(flow, session.session_id, people[winner] ?? '', claim.value.retrieval_token);
    const collected = await Promise.all(people.map(() => flow.snapshot(session)));
    expect(new Set(collected.map(({ redirect_to }) => codeIn(redirect_to))).size).toBe(1);
  });

  it('leaves a code good when the check refuses its bearer', async () => {
    const { flow, start } = world();
    const session = await start();
    const { retrieval_token } = await flow.retrieve(session.scan, 'ada', phone);
    await approve(flow, session.session_id, 'ada', retrieval_token);
    const code = codeIn((await flow.snapshot(session)).redirect_to);
    const refuse = (): never => {
      throw new Error('not your code');
    };
    await expect(flow.redeem(code, refuse, () => [])).rejects.toThrow('not your code');
    expect((await flow.redeem(code, nothing, () => [])).outcome).toBe('redeemed');
  });
});

describe('time', () => {
  it('shows a session as expired from the second on, and the jobs tell watchers', async () => {
    const { flow, store, start, clock } = world();
    const session = await start();
    let told = 0;
    const stop = flow.subscribe(session.session_id, () => (told += 1));
    const failed = (error: unknown): void => {
      throw error;
    };
    const loop = createJobs({ store, timers: systemTimers, workers: flow.workers, failed });
    clock.advance(119_999);
    await loop.runOnce();
    expect(told, 'not a millisecond early').toBe(0);
    clock.advance(1);
    await loop.runOnce();
    expect(told).toBe(1);
    expect((await flow.snapshot(session)).status).toBe('expired');
    stop();
  });

  it('reads as expired though no job ever ran', async () => {
    const { flow, start, clock } = world();
    const session = await start();
    clock.advance(120_000);
    expect((await flow.snapshot(session)).status).toBe('expired');
    await expect(flow.cancel(session)).rejects.toMatchObject({ code: 'session_expired' });
  });
});

describe('what is offered', () => {
  const blind: Connector = {
    ...wallet,
    id: 'blind',
    names: { en: 'Blind' },
    verifies: { number: false, network: false },
    wallet: null,
  };

  it('leaves out the cross-device modes of a connector that cannot make a required check', async () => {
    const { flow, start } = world({
      connectors: [wallet, blind],
      policy: { verification: 'number', network: 'warn', scope: null, confirm_person: false, direct: false },
    });
    const { connectors, connector } = await flow.snapshot(await start());
    expect(connectors).toEqual([
      {
        id: 'wallet',
        names: { en: 'Wallet' },
        button: null,
        mark: null,
        scan_with: 'app',
        modes: ['qr', 'same_device'],
      },
      { id: 'blind', names: { en: 'Blind' }, button: null, mark: null, scan_with: 'app', modes: ['same_device'] },
    ]);
    expect(connector, 'with two to choose from, nothing is chosen').toBeNull();
  });

  it('FT-C73b: tells of an app’s stores only where they are known, and each phone of its own', async () => {
    const install = { ios: 'https://apps.example/1', other: 'https://get.example/' };
    const { flow, start } = world({ connectors: [{ ...wallet, install }] });
    const session = await start();
    const { connectors } = await flow.snapshot(session);
    expect(connectors[0]).toMatchObject({ id: 'wallet', install });
    const shown = async (user_agent: string): Promise<unknown> =>
      (await flow.preview(session.scan, { address: '192.0.2.7', comparable: true, user_agent, origin: null })).app;
    expect(await shown('Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)')).toMatchObject({
      install_url: install.ios,
    });
    for (const other of ['Mozilla/5.0 (Linux; Android 10; K)', 'curl/8', ''])
      expect(await shown(other)).toMatchObject({ install_url: install.other });
    const plain = world({ connectors: [wallet] });
    const offers = (await plain.flow.snapshot(await plain.start())).connectors;
    expect(offers[0], 'left out, not null: each page is sent it').not.toHaveProperty('install');
  });

  it('FT-A11a: `auto` offers every connector, and the number goes with the one that is chosen', async () => {
    const policy = {
      verification: 'auto',
      network: 'warn',
      scope: null,
      confirm_person: false,
      direct: false,
    } as const;
    const { flow, start } = world({ connectors: [wallet, blind], policy });
    const session = await start();
    expect((await flow.snapshot(session)).connectors.map(({ id, modes }) => [id, modes])).toEqual([
      ['wallet', ['qr', 'same_device']],
      ['blind', ['qr', 'same_device']],
    ]);
    const chosen = async (connector: string): Promise<unknown> =>
      (await flow.choose(session, { connector, mode: 'qr', login_hint: null })).verification;
    expect(await chosen('blind')).toBeNull();
    expect(await chosen('wallet')).toEqual({ method: 'number', number: null });
  });

  it('FT-A2c: a wallet never hears that networks are the same where that is not known', async () => {
    const { flow, start } = world();
    const session = await start();
    const behind = { ...phone, comparable: false };
    expect((await flow.retrieve(session.scan, 'ada', behind)).requester.same_network).toBe(false);
  });

  it('refuses a connector or mode that is not offered', async () => {
    const { flow, start } = world();
    const session = await start();
    const choose = (connector: string, mode: 'qr' | 'direct'): Promise<unknown> =>
      flow.choose(session, { connector, mode, login_hint: null });
    await expect(choose('unknown', 'qr')).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(choose('wallet', 'direct')).rejects.toMatchObject({ code: 'invalid_request' });
  });
});
