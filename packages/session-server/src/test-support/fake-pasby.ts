import { constants, generateKeyPairSync, type KeyObject, publicEncrypt } from 'node:crypto';
import type { UpstreamStart } from '../connectors/connector.ts';
import type { PasbyOptions } from '../connectors/pasby/options.ts';
import { upstreamStart } from './connector-calls.ts';

/** One key for all tests; making one takes a while. */
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const PRIVATE_KEY: KeyObject = keys.privateKey;
export const PUBLIC_KEY: KeyObject = keys.publicKey;
const PRIVATE_PEM: string = PRIVATE_KEY.export({ type: 'pkcs8', format: 'pem' }).toString();

export const OPTIONS: PasbyOptions = {
  apiKey: 'bk-test_key',
  appSecret: 'snb_secret',
  privateKey: PRIVATE_PEM,
  baseUrl: 'https://s.pasby.africa',
};

export function startOf(changes: Partial<UpstreamStart> = {}): UpstreamStart {
  return upstreamStart({ scope: ['openid', 'email'] }, changes);
}

interface StartBody {
  readonly action: string;
  readonly claims: readonly string[];
  readonly payload: string;
  readonly user?: string;
}

/** The `data` that a good start answers, with parts of it (or of its stamp) replaced. */
export function startData(
  id: string,
  body: StartBody,
  now: number,
  changes: {
    readonly data?: object;
    readonly request?: object;
    readonly stamp?: object;
    readonly life_s?: number;
  } = {},
): Record<string, unknown> {
  const iat = Math.floor(now / 1000);
  const content = {
    id,
    consumer: 'bcn_1',
    app: 'app_1',
    mode: 'identification',
    action: body.action,
    user: body.user ?? '',
    payload: body.payload,
    acquireClaims: body.claims,
    iat,
    exp: iat + (changes.life_s ?? 360),
  };
  return {
    request: { ...content, signature: jwtOf({ ...content, ...changes.stamp }), ...changes.request },
    seeds: [`pasby://${id}-1`, `pasby://${id}-2`],
    link: `https://open.pasby.africa/app/?mode=identification&id=${id}&source=mobile`,
    ...changes.data,
  };
}

/** A JWT with this content, under a secret that only pasby has. */
export function jwtOf(content: object): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256', typ: 'JWT' })}.${part(content)}.c2lnbmF0dXJl`;
}

/** What a completed request's status has beside the rest. `signedAt` is in unix seconds. */
export function completion(reference: string, requestee: string, signedAt: number): object {
  return { requestee, signature: jwtOf({ reference, requestee, signedAt }), signedAt };
}

/** One claim's ciphertext, as pasby's own JSEncrypt makes it for the app. */
export function leafOf(text: string): string {
  const key = { key: PUBLIC_KEY, padding: constants.RSA_PKCS1_PADDING };
  return publicEncrypt(key, Buffer.from(text, 'utf8')).toString('base64');
}

/** What ping answers about a request, as the stream does too. */
export function statusEnvelope(reference: string, changes: object = {}): Record<string, unknown> {
  const request = {
    reference,
    requester: 'bcn_1',
    requestee: '',
    mode: 'identification',
    cancelled: false,
    onsession: false,
    iat: 1,
    claims: {},
  };
  return { status: 'successful', reason: 'Ping successful', data: { request: { ...request, ...changes } } };
}
