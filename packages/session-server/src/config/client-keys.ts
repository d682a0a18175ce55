/** The public keys that a client registers, and what is encrypted for them. */
import { type JsonWebKey, createPublicKey } from 'node:crypto';
import { ENCRYPTION_ALGORITHMS, type EncryptionAlgorithm, type PublicJwk } from '../session/index.ts';
import type { ClientConfig, PublicKeyConfig } from './beckon-config.ts';

type MemberMistake = readonly [member: string, message: string];

/** Fewer bits of RSA protect nothing for long (NIST SP 800-131A); RFC 7518 §4.3 demands as many. */
const LEAST_RSA_BITS = 2048;
/** Encrypting for a longer key would cost every sign-in dearly. */
const MOST_RSA_BITS = 8192;
/** What opens what was encrypted (RFC 7518 §6.2.2, §6.3.2 and §6.4.1): the client's own server alone has it. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
/** Members that say a key's numbers. */
const NUMBERS = { RSA: ['n', 'e'], EC: ['crv', 'x', 'y'] } as const;
const CURVES: Readonly<Record<string, number>> = { 'P-256': 32, 'P-384': 48, 'P-521': 66 };

/** What is wrong with a client's keys, and with what it wants encrypted. Reads what was written, whatever that is. */
export function encryptionMistakes(client: ClientConfig): readonly MemberMistake[] {
  const keys = keysOf(client.jwks);
  const ofKeys = keys.flatMap((key, j): readonly MemberMistake[] => {
    const message = mistakeIn(key);
    return message === null ? [] : [[`jwks.keys[${j}]`, message]];
  });
  // A key that is wrong is told of once, and not as missing too.
  const isTold = ofKeys.length > 0 || (client.jwks !== undefined && !Array.isArray(client.jwks?.keys));
  return [
    ...ofKeys,
    ...mistakesOf('id_token', client, keys, isTold),
    ...mistakesOf('userinfo', client, keys, isTold),
    ...(client.userinfo_encrypted_response_alg !== undefined && client.userinfo_signed_response_alg === undefined
      ? ([['userinfo_signed_response_alg', 'is missing: userinfo is signed before it is encrypted']] as const)
      : []),
  ];
}

/** The key that is encrypted for: the first that fits, and rather one that says it is for encryption. */
export function encryptionKeyOf(
  keys: readonly PublicKeyConfig[] | undefined,
  alg: EncryptionAlgorithm,
): PublicJwk | null {
  const kty = ktyFor(alg);
  const fitting = (keys ?? []).filter(
    (key) =>
      key.kty === kty && (key.use === undefined || key.use === 'enc') && (key.alg === undefined || key.alg === alg),
  );
  const key = fitting.find(({ use }) => use === 'enc') ?? fitting[0];
  if (key === undefined) return null;
  const numbers = Object.fromEntries(NUMBERS[kty].map((name) => [name, key[name]]));
  return Object.freeze({ kty, ...(typeof key.kid === 'string' ? { kid: key.kid } : {}), ...numbers });
}

function mistakesOf(
  what: 'id_token' | 'userinfo',
  client: ClientConfig,
  keys: readonly PublicKeyConfig[],
  isTold: boolean,
): readonly MemberMistake[] {
  const [member, encMember] = [`${what}_encrypted_response_alg`, `${what}_encrypted_response_enc`] as const;
  const { [member]: alg, [encMember]: enc } = client;
  if (alg === undefined) {
    return enc === undefined ? [] : [[encMember, `goes with ${member}: write that too, or take the line out`]];
  }
  // One that is none is told of elsewhere.
  if (!ENCRYPTION_ALGORITHMS.includes(alg)) return [];
  if (client.jwks === undefined) return [['jwks', `is missing: ${member} needs the client's public key`]];
  if (isTold || encryptionKeyOf(keys, alg) !== null) return [];
  const kind = ktyFor(alg) === 'RSA' ? 'RSA' : `EC (${Object.keys(CURVES).join(', ')})`;
  return [[member, `finds no key in jwks: it needs ${kind}, with use "enc" or none, and alg "${alg}" or none`]];
}

function mistakeIn(key: PublicKeyConfig): string | null {
  if (PRIVATE_MEMBERS.some((name) => key[name] !== undefined))
    return 'is a private key: take it out here, make a new one, and write its public half alone';
  if (key.kid !== undefined && typeof key.kid !== 'string') return 'has a kid that is no text';
  // Keys of other types are for other things (RFC 7517 §5).
  if (key.kty === 'RSA') return rsaMistake(key);
  return key.kty === 'EC' ? curveMistake(key) : null;
}

function rsaMistake(key: PublicKeyConfig): string | null {
  const details = readable(key)?.asymmetricKeyDetails;
  const { modulusLength: bits = 0, publicExponent: e = 0n } = details ?? {};
  if (details === undefined || e < 3n || e % 2n === 0n) return 'is no RSA key: it needs n and e, base64url';
  if (bits < LEAST_RSA_BITS) return `has ${bits} bits: an RSA key needs ${LEAST_RSA_BITS}`;
  return bits > MOST_RSA_BITS ? `has ${bits} bits: more than ${MOST_RSA_BITS} cost too much` : null;
}

function curveMistake(key: PublicKeyConfig): string | null {
  const bytes = CURVES[String(key['crv'])];
  if (bytes === undefined) return `has another crv than ${Object.keys(CURVES).join(', ')}`;
  const lengths = [key['x'], key['y']].map((text) => (typeof text === 'string' ? fromBase64url(text) : 0));
  // RFC 7518 §6.2.1.2: as long as the curve's numbers. Node looks whether the point is on the curve.
  const isPoint = lengths.every((length) => length === bytes) && readable(key) !== null;
  return isPoint ? null : 'is no point of its curve: it needs x and y, base64url';
}

function fromBase64url(text: string): number {
  return /^[\w-]+$/.test(text) ? Buffer.from(text, 'base64url').length : 0;
}

function readable(key: PublicKeyConfig): ReturnType<typeof createPublicKey> | null {
  const members = NUMBERS[key.kty as 'RSA' | 'EC'];
  if (members.some((name) => typeof key[name] !== 'string')) return null;
  const jwk = Object.fromEntries(members.map((name) => [name, key[name]]));
  try {
    return createPublicKey({ key: { kty: key.kty, ...jwk } as JsonWebKey, format: 'jwk' });
  } catch {
    return null;
  }
}

function ktyFor(alg: EncryptionAlgorithm): 'RSA' | 'EC' {
  return alg === 'RSA-OAEP-256' ? 'RSA' : 'EC';
}

/** What is no list of keys is told of elsewhere. */
function keysOf(jwks: ClientConfig['jwks']): readonly PublicKeyConfig[] {
  const keys: unknown = jwks?.keys;
  return Array.isArray(keys)
    ? keys.map((key: unknown) => (isObject(key) ? (key as PublicKeyConfig) : { kty: '' }))
    : [];
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
