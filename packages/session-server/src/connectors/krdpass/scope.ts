import type { LocalizedText } from '../connector.ts';
import type { ResolvedKrdPassOptions } from './options.ts';

type Options = Pick<ResolvedKrdPassOptions, 'id' | 'scope'>;

/**
 * KRDPASS's scopes for the website's, as far as KRDPASS approved them: `profile` for names and the e-mail
 * address, which has no scope of its own; `citizen_identity` only for KRDPASS's own claims. The request has
 * `offline_access` only where KRDPASS's tokens are kept.
 */
export function scopeFor(asked: readonly string[], { id, scope: approved }: Options): readonly string[] {
  const table: Readonly<Record<string, string>> = {
    profile: 'profile',
    email: 'profile',
    [id]: 'citizen_identity',
    offline_access: 'offline_access',
  };
  const wanted = asked.flatMap((scope) => (Object.hasOwn(table, scope) ? (table[scope] ?? []) : []));
  return ['openid', ...new Set(wanted)].filter((scope) => approved.includes(scope));
}

const WORDS: Readonly<Record<string, LocalizedText>> = {
  openid: { en: 'your identifier' },
  profile: { en: 'your basic profile: names and e-mail address' },
  citizen_identity: { en: 'your citizen record: all parts of your name, birthdate, sex at birth, picture' },
  offline_access: { en: 'access to your account there while you are away' },
};

/** The same in words. */
export function askedInWords(asked: readonly string[], options: Options): readonly LocalizedText[] {
  return scopeFor(asked, options).flatMap((scope) => WORDS[scope] ?? []);
}
