import { createHmac, constants, createPublicKey, publicEncrypt } from 'node:crypto';
import { customRandom } from 'nanoid';
import type { PasbyAccount } from './accounts.ts';
import { PASBY_APP } from './registered-app.ts';

/** What a relying party asked for. */
export interface Asked {
  readonly action: string;
  readonly claims: readonly string[];
  readonly payload: string;
  /** The number that the request is directed at; empty otherwise. */
  readonly user: string;
  readonly ip: string;
  readonly useragent: string;
}

/** A flow request, from its creation to its end. */
export interface FlowRequest extends Asked {
  readonly id: string;
  /** Unix seconds. */
  readonly iat: number;
  exp: number;
  /** First pick, first served. */
  picked: PasbyAccount | null;
  cancelled: boolean;
  completed: { readonly claims: unknown; readonly signature: string; readonly signedAt: number } | null;
}

export type Standing = 'waiting' | 'picked' | 'completed' | 'cancelled' | 'expired';

/** A request lives this long, in s: what a decoded sample's stamp says. */
const LIFETIME_S = 360;
const PUBLIC_KEY = createPublicKey({ key: { ...PASBY_APP.private_key }, format: 'jwk' });

export interface Requests {
  create(asked: Asked): FlowRequest;
  find(id: string): FlowRequest | null;
  newest(): FlowRequest | null;
  all(): readonly FlowRequest[];
  standing(request: FlowRequest): Standing;
  /** False when another person has it, or it is over. The same may come back. */
  pick(request: FlowRequest, account: PasbyAccount): boolean;
  /** False when it is over or another person's. */
  complete(request: FlowRequest, account: PasbyAccount): boolean;
  cancel(request: FlowRequest): boolean;
  /** The standard identification flow data model, with its stamp. `wrong` replaces what the stamp says. */
  model(request: FlowRequest, wrong: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /** What ping answers. */
  status(request: FlowRequest): Record<string, unknown>;
}

export function createRequests(now: () => number, random: (bytes: number) => Uint8Array): Requests {
  const suffix = customRandom('ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789', 16, random);
  const stampKey = random(32);
  const requests = new Map<string, FlowRequest>();

  const standing = (request: FlowRequest): Standing => {
    if (request.completed !== null) return 'completed';
    if (request.cancelled) return 'cancelled';
    if (request.exp * 1000 <= now()) return 'expired';
    return request.picked === null ? 'waiting' : 'picked';
  };
  const stamp = (content: unknown): string => {
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(content)}`;
    return `${signed}.${createHmac('sha256', stampKey).update(signed).digest('base64url')}`;
  };

  return {
    create(asked) {
      const iat = Math.floor(now() / 1000);
      for (const [id, { exp }] of requests) if (exp < iat - 600) requests.delete(id);
      const id = `req_${String(iat)}-${suffix()}`;
      const request = { ...asked, id, iat, exp: iat + LIFETIME_S, picked: null, cancelled: false, completed: null };
      requests.set(id, request);
      return request;
    },
    find: (id) => requests.get(id) ?? null,
    newest: () => [...requests.values()].at(-1) ?? null,
    all: () => [...requests.values()],
    standing,
    pick(request, account) {
      const free = standing(request) === 'waiting' && (request.user === '' || request.user === account.nin);
      if (free) request.picked = account;
      return standing(request) === 'picked' && request.picked?.nin === account.nin;
    },
    complete(request, account) {
      if (standing(request) !== 'picked' || request.picked?.nin !== account.nin) return false;
      const signedAt = Math.floor(now() / 1000);
      const signature = stamp({ reference: request.id, requestee: account.nin, signedAt });
      request.completed = { claims: encrypted(request.claims, account), signature, signedAt };
      return true;
    },
    cancel(request) {
      if (!['waiting', 'picked'].includes(standing(request))) return false;
      request.cancelled = true;
      return true;
    },
    model(request, wrong) {
      const { id, action, payload, user, ip, useragent, iat, exp, claims } = request;
      const { app, organisation: consumer, name } = PASBY_APP;
      const mode = 'identification';
      const content = {
        id,
        mode,
        action,
        name,
        consumer,
        payload,
        app,
        useragent,
        user,
        ip,
        iat,
        exp,
        acquireClaims: claims,
      };
      return { ...content, signature: stamp({ ...content, ...wrong }) };
    },
    status(request) {
      const { id, iat, picked, completed, cancelled } = request;
      return {
        reference: id,
        requester: PASBY_APP.organisation,
        requestee: picked?.nin ?? request.user,
        mode: 'identification',
        cancelled,
        onsession: picked !== null,
        iat,
        claims: completed?.claims ?? {},
        ...(completed === null ? {} : { signature: completed.signature, signedAt: completed.signedAt }),
      };
    },
  };
}

/** What the person shares of what was asked: nested, every leaf for itself, PKCS#1 v1.5 (as node-jsencrypt opens it). */
function encrypted(asked: readonly string[], { claims, denies }: PasbyAccount): Record<string, Record<string, string>> {
  const result: Record<string, Record<string, string>> = {};
  for (const name of asked) {
    if (denies.includes(name) || claims[name] === undefined) continue;
    const [group = '', leaf = ''] = name.split('.');
    const key = { key: PUBLIC_KEY, padding: constants.RSA_PKCS1_PADDING };
    const text = Buffer.from(JSON.stringify(claims[name]), 'utf8');
    (result[group] ??= {})[leaf] = publicEncrypt(key, text).toString('base64');
  }
  return result;
}
