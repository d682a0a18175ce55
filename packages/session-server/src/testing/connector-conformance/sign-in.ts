import { clearTimeout, setTimeout } from 'node:timers';
import { inspect } from 'node:util';
import { expect } from 'vitest';
import type {
  Connector,
  ConnectorError,
  RedirectCallback,
  RedirectStart,
  UpstreamRequest,
  UpstreamStart,
  UpstreamTokens,
} from '../../connectors/connector.ts';
import type { Identity } from '../../session/index.ts';
import type { ConnectorUnderTest, Decision } from './connector-under-test.ts';
import { type Wire, type WireOptions, openWire } from './wire.ts';

export type Outcome =
  | { readonly type: 'identity'; readonly identity: Identity; readonly tokens: UpstreamTokens | null }
  | { readonly type: 'ended'; readonly how: 'declined' | 'expired' }
  | { readonly type: 'failed'; readonly error: unknown };

/** How it came out, in a word: an error's code, or what it was instead. */
export function wordFor(outcome: Outcome): string {
  if (outcome.type === 'failed') return String((outcome.error as { code?: unknown }).code);
  return outcome.type === 'ended' ? outcome.how : 'a person signed in';
}

export interface Attempt extends WireOptions {
  readonly decision?: Decision;
  readonly before?: (() => Promise<unknown>) | undefined;
  readonly during?: (() => Promise<unknown>) | undefined;
  /** Ends where a wallet's token counts: what comes after may refuse it for other reasons. */
  readonly trustOnly?: boolean;
}

const NOBODY: Identity = { subject: 'not asked', claims: {}, acr: null, amr: [], auth_time: null };

/** What a sign-in may take altogether, in ms, however the provider misbehaves. */
const PATIENCE_MS = 9_000;

/** The connector on a fresh wire. */
export async function openConnector(
  under: ConnectorUnderTest,
  options: WireOptions = {},
): Promise<{ readonly connector: Connector; readonly wire: Wire }> {
  const wire = openWire(options);
  const config = under.configure(under.options);
  expect(config.issues, 'the options to test with must be right').toEqual([]);
  return { connector: await config.open(wire.context), wire };
}

/** One whole sign-in. Nothing of it may ever be in an error or a log line. */
export async function signIn(
  under: ConnectorUnderTest,
  attempt: Attempt = {},
): Promise<Outcome & { readonly wire: Wire }> {
  const { connector, wire } = await openConnector(under, attempt);
  await attempt.before?.();
  const stop = new AbortController();
  const outcome = await inTime(run(connector, under, attempt, stop.signal)).catch((error: unknown): Outcome => ({
    type: 'failed',
    error,
  }));
  stop.abort();
  if (outcome.type === 'failed') expectSilent(outcome.error, under, wire);
  expectUntold(wire.logged.join('\n'), under, wire);
  return { ...outcome, wire };
}

async function run(
  connector: Connector,
  under: ConnectorUnderTest,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<Outcome> {
  const { decision = 'approve', during = () => Promise.resolve() } = attempt;
  const { person } = under;
  switch (person.kind) {
    case 'wallet': {
      const wallet = connector.wallet;
      if (wallet === null) throw new Error('it is no wallet');
      const token = await person.token();
      await during();
      const holder = await wallet.authenticate(token);
      if (attempt.trustOnly === true) return { type: 'identity', identity: NOBODY, tokens: null };
      const identity = await wallet.identify(token, holder, ['openid', 'profile', 'email']);
      return { type: 'identity', identity, tokens: null };
    }
    case 'redirect': {
      const begun = await beginRedirect(connector, under);
      const callback = await person.answer(begun.location, decision);
      await during();
      return await finishRedirect(connector, begun, new URL(callback).searchParams);
    }
    case 'upstream': {
      const upstream = connector.upstream;
      if (upstream === null) throw new Error('it has no session of its own');
      const start = upstreamStart(connector);
      const started = await upstream.start(start);
      expectUntold(JSON.stringify([started.qr, started.link]), under);
      await person.answer(started, decision);
      await during();
      for await (const status of upstream.follow(overTheWire(started.providerState), start, signal)) {
        if (status.status === 'confirmed')
          return { type: 'identity', identity: status.identity, tokens: status.tokens };
        if (status.status === 'declined' || status.status === 'expired') return { type: 'ended', how: status.status };
        if (status.status === 'restarted') await person.answer(status.started, decision);
      }
      throw new Error('it ended without a status');
    }
  }
}

export interface BegunRedirect extends RedirectStart {
  readonly location: string;
  readonly providerState: unknown;
}

export async function beginRedirect(connector: Connector, under: ConnectorUnderTest): Promise<BegunRedirect> {
  if (connector.redirect === null) throw new Error('it does not redirect');
  const secret = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url');
  const start: RedirectStart = {
    callback_uri: `https://id.example.com/callback/${connector.id}`,
    state: secret(),
    nonce: secret(),
    code_verifier: secret(),
    mode: 'qr',
    reauthenticate: connector.redirect.reauthenticates === 'always',
    request: EXAMPLE_REQUEST,
  };
  const { location, providerState } = await connector.redirect.begin(start);
  expect(location, 'a browser is only sent to https, or to a loopback host').toMatch(
    /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/])/,
  );
  expectUntold(location, under);
  expect(location, 'the verifier never travels through the browser').not.toContain(start.code_verifier);
  return { ...start, location, providerState };
}

export async function finishRedirect(
  connector: Connector,
  begun: BegunRedirect,
  parameters: URLSearchParams,
): Promise<Outcome> {
  if (connector.redirect === null) throw new Error('it does not redirect');
  const callback: RedirectCallback = { ...begun, parameters, providerState: overTheWire(begun.providerState) };
  const outcome = await connector.redirect.finish(callback);
  return outcome.type === 'declined' ? { type: 'ended', how: 'declined' } : outcome;
}

/** What a website asks for. */
export const EXAMPLE_REQUEST: UpstreamRequest = {
  client_id: 'shop',
  client_name: 'Shop',
  scope: ['openid', 'profile', 'email'],
  prompt: [],
  linking: false,
  max_age: null,
  login_hint: null,
  ui_locales: ['en'],
  acr_values: [],
};

export function upstreamStart({ modes }: Connector): UpstreamStart {
  const mode = modes.find((each) => each !== 'direct');
  if (mode === undefined) throw new Error('it has neither a QR code nor a link');
  const requester = { networks: ['192.0.2.0/24'], client_authenticated: true };
  return { session_id: 'A'.repeat(26), mode, identifier: null, words: null, requester, request: EXAMPLE_REQUEST };
}

/** What is kept rests as JSON between two nodes. */
export function overTheWire(providerState: unknown): unknown {
  const text = JSON.stringify(providerState ?? null);
  expect(JSON.parse(text), 'what is kept must be JSON').toEqual(providerState ?? null);
  return JSON.parse(text) as unknown;
}

/** An error that says what happened, to those that it is for, and nothing else. */
export function expectSilent(error: unknown, under: ConnectorUnderTest, wire: Wire): asserts error is ConnectorError {
  expect(error, `it must fail with a ConnectorError, not with ${inspect(error)}`).toMatchObject({
    name: 'ConnectorError',
    message: expect.stringMatching(/\S/) as string,
    detail: expect.stringMatching(/\S/) as string,
  });
  expectUntold(`${inspect(error, { depth: 8 })}\n${JSON.stringify(error)}`, under, wire);
}

/** `expectSilent` as a condition. @throws what `expectSilent` throws */
export function isSilent(error: unknown, under: ConnectorUnderTest, wire: Wire): error is ConnectorError {
  expectSilent(error, under, wire);
  return true;
}

function expectUntold(text: string, { secrets }: ConnectorUnderTest, wire?: Wire): void {
  const leaked = [...secrets, ...(wire?.told ?? [])].filter((each) => text.includes(each));
  expect(leaked, `told to everybody who reads: ${text}`).toEqual([]);
}

/** @throws Error when it takes too long */
export async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`still going after ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
