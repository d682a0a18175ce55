import type { LocalizedText } from '../connector.ts';
import type { ResolvedOpenIdOptions } from './openid-options.ts';

type Options = Pick<ResolvedOpenIdOptions, 'id' | 'scope'>;

/** These give claims that Beckon passes on under OpenID Connect's names (OpenID Connect Core §5.4). */
const STANDARD: Readonly<Record<string, LocalizedText>> = {
  profile: { en: 'your name and other details of your profile' },
  email: { en: 'your e-mail address' },
  address: { en: 'your postal address' },
  phone: { en: 'your phone number' },
};

const WORDS: Readonly<Record<string, LocalizedText>> = {
  ...STANDARD,
  openid: { en: 'your identifier' },
  offline_access: { en: 'access to your account there while you are away' },
};

/**
 * Of the scopes that may be asked for, those that the website's need: `openid`; OpenID Connect's own where the
 * website asks for the same; any other only where it asks for the same or for the provider's own claims. The
 * request has `offline_access` only where the provider's tokens are kept.
 */
export function scopeFor(asked: readonly string[], { id, scope: configured }: Options): readonly string[] {
  return configured.filter((scope) => {
    if (scope === 'openid') return true;
    const isAnyones = scope === 'offline_access' || Object.hasOwn(STANDARD, scope);
    return asked.includes(scope) || (!isAnyones && asked.includes(id));
  });
}

/** The same in words; a scope that only the provider knows has no other name. */
export function askedInWords(asked: readonly string[], options: Options): readonly LocalizedText[] {
  return scopeFor(asked, options).map(
    (scope) => (Object.hasOwn(WORDS, scope) ? WORDS[scope] : undefined) ?? { en: scope },
  );
}
