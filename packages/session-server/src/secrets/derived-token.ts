import { timingSafeEqual } from 'node:crypto';
import type { Secrets } from './secrets.ts';

/**
 * `ac`: authorization code, `at`: access token, `rt`: refresh token, `rp`: the page that posts a code. Each kind has a
 * key of its own, so none passes for another.
 */
export type TokenKind = 'ac' | 'at' | 'rt' | 'rp';

export interface DerivedToken {
  /** The row that the token belongs to. */
  readonly id: string;
  /** Which of that row's tokens: 1 is the first. */
  readonly n: number;
}

export interface DerivedTokens {
  /** `{kind}_{id}.{n}.{mac}`: the same for the same id and counter, so that it can be given again and never rests. */
  make(kind: TokenKind, token: DerivedToken): string;
  /** What a genuine token stands for, made under any configured secret; null for anything else. */
  read(kind: TokenKind, text: string): DerivedToken | null;
}

const SHAPE = /^([a-z]{2})_([0-9A-Z]{1,64})\.([1-9][0-9]{0,8})\.([\w-]{43})$/;

export function createDerivedTokens(secrets: Pick<Secrets, 'mac' | 'macs'>): DerivedTokens {
  return {
    make: (kind, token) =>
      `${kind}_${nameOf(token)}.${Buffer.from(secrets.mac(`token|${kind}`, nameOf(token))).toString('base64url')}`,
    read(kind, text) {
      const [, prefix, id, counter, mac] = SHAPE.exec(text) ?? [];
      if (prefix !== kind || id === undefined || counter === undefined || mac === undefined) return null;
      const token = { id, n: Number(counter) };
      const given = Buffer.from(mac, 'base64url');
      const genuine = secrets.macs(`token|${kind}`, nameOf(token)).some((made) => timingSafeEqual(made, given));
      return genuine ? token : null;
    },
  };
}

function nameOf({ id, n }: DerivedToken): string {
  return `${id}.${n}`;
}
