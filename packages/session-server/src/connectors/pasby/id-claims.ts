import type { KeyObject } from 'node:crypto';
import type { Timers } from '../../jobs/timers-port.ts';
import { parseJson } from '../../outbound/index.ts';
import { unavailable } from '../connector.ts';
import { type ClaimKind, kindOf } from './catalogue.ts';
import { decryptLeaf } from './decrypt.ts';

/** A text longer than this, in characters, is no claim. */
const TEXT_LIMIT = 501;
/** A list of more than this is no claim. */
const LIST_LIMIT = 32;

/** Decrypted claims: `{ naming: { given: 'Ada' } }`. */
export type IdClaims = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * Decrypts what was asked for. What the person denied is not there; what is corrupt, of another kind
 * or was never asked for is left out.
 * @throws ConnectorError `connector_unavailable` when several came and none opens: the key is another app's
 */
export async function decryptClaims(
  encrypted: Readonly<Record<string, unknown>>,
  asked: readonly string[],
  key: KeyObject,
  timers: Pick<Timers, 'yieldTurn'>,
): Promise<IdClaims> {
  const claims: Record<string, Record<string, unknown>> = {};
  let closed = 0;
  let opened = 0;
  for (const name of asked) {
    const [group = '', leaf = ''] = name.split('.');
    const ciphertext = leafOf(encrypted, group, leaf);
    if (ciphertext === null) continue;
    // Some 3 ms each: others get their turn in between.
    await timers.yieldTurn();
    const text = decryptLeaf(ciphertext, key);
    if (text === null) {
      closed += 1;
      continue;
    }
    opened += 1;
    const value = readValue(text, kindOf(name));
    if (value !== null) (claims[group] ??= {})[leaf] = value;
  }
  if (opened === 0 && closed > 1) throw unavailable('pasby: no claim opens with privateKey: is it of this app?');
  return claims;
}

/** Whether one of the claims that were asked for is encrypted for this key and of its kind. */
export function opensAny(
  encrypted: Readonly<Record<string, unknown>>,
  asked: readonly string[],
  key: KeyObject,
): boolean {
  return asked.some((name) => {
    const [group = '', leaf = ''] = name.split('.');
    const ciphertext = leafOf(encrypted, group, leaf);
    const text = ciphertext === null ? null : decryptLeaf(ciphertext, key);
    return text !== null && readValue(text, kindOf(name)) !== null;
  });
}

function leafOf(encrypted: Readonly<Record<string, unknown>>, group: string, leaf: string): string | null {
  const found = Object.hasOwn(encrypted, group) ? encrypted[group] : null;
  if (typeof found !== 'object' || found === null || !Object.hasOwn(found, leaf)) return null;
  const value = (found as Readonly<Record<string, unknown>>)[leaf];
  return typeof value === 'string' && value !== '' && value.length <= 4096 ? value : null;
}

/** pasby's sample code reads JSON, its documentation plain text: both are taken. Null unless it is of its kind. */
function readValue(text: string, kind: ClaimKind): unknown {
  const value = parseJson(text);
  switch (kind) {
    case 'text':
      return textOf(typeof value === 'string' ? value : text);
    case 'boolean':
      if (typeof value === 'boolean') return value;
      return value === 'true' || value === 'false' ? value === 'true' : null;
    case 'number': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      return typeof number === 'number' && Number.isFinite(number) ? number : null;
    }
    case 'list': {
      const list = Array.isArray(value)
        ? (value as readonly unknown[])
        : (typeof value === 'string' ? value : text).split(',');
      const texts = list.map((each) => (typeof each === 'string' ? textOf(each) : null));
      return texts.length > 0 && texts.length <= LIST_LIMIT && !texts.includes(null) ? texts : null;
    }
  }
}

/** Trimmed; null for nothing, for too much, and for control characters, which only garbage has. A line may break. */
function textOf(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > TEXT_LIMIT) return null;
  return /[\p{Cs}\p{Cn}]/u.test(trimmed) || /\p{Cc}/u.test(trimmed.replaceAll(/\r?\n/g, '')) ? null : trimmed;
}
