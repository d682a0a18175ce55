/** The three that take part in a sign-in across devices: the website's backend, its page in a browser, and the phone. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { FORM, JSON_BODY, basic, bearer, createCaller } from './http.ts';
import type { WalletIssuer } from './wallet-issuer.ts';

/** The server, a website that is its client, and a wallet app's issuer. */
export interface SignInParties {
  /** Where the server listens, with no trailing slash. */
  readonly url: string;
  readonly issuer: string;
  readonly wallet: Pick<WalletIssuer, 'token'>;
  readonly shop: {
    readonly client_id: string;
    readonly client_secret: string;
    readonly redirect_uri: string;
    readonly origin: string;
  };
}

interface Qr {
  /** As another checkout may have it (`--against`). */
  readonly frames?: readonly { readonly text: string }[];
  readonly prefix?: string;
  readonly step?: number;
  readonly macs?: readonly string[];
}

export interface Seen {
  readonly type?: string;
  readonly session_id: string;
  readonly version: number;
  readonly status: string;
  readonly redirect_to: string | null;
  readonly qr: Qr | null;
}

export interface Pushed {
  readonly verifier: string;
  readonly request_uri: string;
}

export interface Begun extends Pushed {
  readonly id: string;
  readonly secret: string;
  /** What the QR code says. */
  readonly text: string;
}

export interface Scanned extends Begun {
  readonly retrieval_token: string;
}

export interface Watching {
  readonly socket: WebSocket;
  /** The first snapshot with that status, also one that came already; rejects when the socket closes before. */
  until(status: string): Promise<Seen>;
  /** Of each message so far, in order. */
  bytes(): readonly number[];
}

export interface Visitors {
  /** The website's backend pushes an authorization request. */
  push(): Promise<Pushed>;
  /** The page starts a session. */
  begin(pushed: Pushed): Promise<Begun>;
  /** The page opens a WebSocket and subscribes; resolves with the first snapshot seen. */
  watch(begun: Begun): Promise<Watching>;
  /** The phone asks who wants it. */
  scan(begun: Begun): Promise<Scanned>;
  /** The phone approves. */
  approve(scanned: Scanned): Promise<void>;
  /** The page asks for what was collected, where it does not watch. */
  collect(begun: Begun): Promise<Seen>;
  /** The website's backend redeems the code. Answers the id_token. */
  redeem(pushed: Pushed, redirectTo: string | null): Promise<string>;
  /** All of it up to the code, for `redeem`. */
  readonly code: () => Promise<{ readonly pushed: Pushed; readonly redirectTo: string | null }>;
  /** All of it: PAR, session, WebSocket, information, update, the push with the code, and the token. */
  readonly signIn: () => Promise<void>;
  close(): void;
}

/**
 * Of one server. The phone has a token already, as a wallet app has.
 * @param people as many wallets take turns; null for another one each time, whose token the server has not seen
 */
export async function createVisitors(parties: SignInParties, people: number | null = 1): Promise<Visitors> {
  const { url, issuer, wallet, shop } = parties;
  const caller = createCaller(url);
  const tokens = await Promise.all(Array.from({ length: people ?? 0 }, (_, n) => wallet.token(issuer, `person-${n}`)));
  let turn = 0;
  const phoneOf = new Map<string, string>();
  const backend = { ...basic(shop.client_id, shop.client_secret), ...FORM };

  const visitors: Visitors = {
    async push() {
      const verifier = randomBytes(32).toString('base64url');
      const { text } = await caller.call({
        method: 'POST',
        path: '/oauth/par',
        headers: backend,
        body: new URLSearchParams({
          client_id: shop.client_id,
          response_type: 'code',
          redirect_uri: shop.redirect_uri,
          scope: 'openid email',
          state: randomBytes(16).toString('base64url'),
          nonce: randomBytes(16).toString('base64url'),
          code_challenge: createHash('sha256').update(verifier).digest('base64url'),
          code_challenge_method: 'S256',
        }).toString(),
        expected: 201,
      });
      const { request_uri } = JSON.parse(text) as { readonly request_uri: string };
      return { verifier, request_uri };
    },
    async begin(pushed) {
      const { text } = await caller.call({
        method: 'POST',
        path: '/session',
        headers: { ...JSON_BODY, origin: shop.origin },
        body: JSON.stringify({ client_id: shop.client_id, request_uri: pushed.request_uri }),
        expected: 201,
      });
      const { session_id, session_secret, qr } = JSON.parse(text) as Seen & { readonly session_secret: string };
      return { ...pushed, id: session_id, secret: session_secret, text: textOf(qr) };
    },
    watch: (begun) => watch(url, shop.origin, begun),
    async scan(begun) {
      const [id, step, mac] = begun.text.slice(begun.text.lastIndexOf('/') + 1).split('.');
      turn += 1;
      const token = people === null ? await wallet.token(issuer, `person-${turn}`) : (tokens[turn % people] ?? '');
      phoneOf.set(begun.id, token);
      const { text } = await caller.call({
        method: 'GET',
        path: `/session/${id}/information?step=${step}&mac=${mac}`,
        headers: bearer(token),
        expected: 200,
      });
      const { retrieval_token } = JSON.parse(text) as { readonly retrieval_token: string };
      return { ...begun, retrieval_token };
    },
    async approve({ id, retrieval_token }) {
      const token = phoneOf.get(id) ?? '';
      phoneOf.delete(id);
      await caller.call({
        method: 'POST',
        path: `/session/${id}/update`,
        headers: { ...JSON_BODY, ...bearer(token) },
        body: JSON.stringify({ decision: 'approve', accepted_scopes: ['openid', 'email'], retrieval_token }),
        expected: 200,
      });
    },
    async collect({ id, secret }) {
      const path = `/session/${id}/status`;
      const { text } = await caller.call({ method: 'GET', path, headers: bearer(secret), expected: 200 });
      return JSON.parse(text) as Seen;
    },
    async redeem({ verifier }, redirectTo) {
      const { text } = await caller.call({
        method: 'POST',
        path: '/oauth/token',
        headers: backend,
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code: new URL(redirectTo ?? '').searchParams.get('code') ?? '',
          code_verifier: verifier,
          redirect_uri: shop.redirect_uri,
        }).toString(),
        expected: 200,
      });
      return (JSON.parse(text) as { readonly id_token: string }).id_token;
    },
    async code() {
      const begun = await visitors.begin(await visitors.push());
      const watching = await visitors.watch(begun);
      const approved = visitors.approve(await visitors.scan(begun));
      const { redirect_to } = await watching.until('confirmed');
      // The browser leaves the page; the phone hears of it.
      watching.socket.close();
      await approved;
      return { pushed: begun, redirectTo: redirect_to };
    },
    async signIn() {
      const { pushed, redirectTo } = await visitors.code();
      await visitors.redeem(pushed, redirectTo);
    },
    close: () => caller.close(),
  };
  return visitors;
}

/** Runs `work` `count` times, `atOnce` of them at a time. */
export async function inParallel(count: number, atOnce: number, work: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      await work(next - 1);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

async function watch(url: string, origin: string, { id, secret }: Begun): Promise<Watching> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/session/events`, 'beckon.v1', {
    origin,
    perMessageDeflate: false,
  });
  const seen: Seen[] = [];
  const sizes: number[] = [];
  const hearers = new Set<() => void>();
  let over = false;
  const tell = (): void => {
    for (const hearer of hearers) hearer();
  };
  socket.on('message', (data: Buffer) => {
    sizes.push(data.length);
    seen.push(JSON.parse(data.toString()) as Seen);
    tell();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    over = true;
    tell();
  });
  const until = (fits: (snapshot: Seen) => boolean): Promise<Seen> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = seen.find(fits);
        if (found === undefined && !over) return;
        hearers.delete(look);
        if (found === undefined) reject(new Error(`the socket closed; it saw ${JSON.stringify(seen)}`));
        else resolve(found);
      };
      hearers.add(look);
      look();
    });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'subscribe', session_id: id, session_secret: secret }));
  await until(({ type }) => type === 'session');
  return { socket, until: (status) => until((snapshot) => snapshot.status === status), bytes: () => sizes };
}

function textOf(qr: Qr | null): string {
  const [frame] = qr?.frames ?? [];
  return frame?.text ?? `${qr?.prefix ?? ''}${qr?.step ?? ''}.${qr?.macs?.[0] ?? ''}`;
}
