import { present } from '../shared/mapped-claims.ts';

/** No claim is longer than this, in characters; what is longer is a picture or a mistake. */
const LENGTH_LIMIT = 1024;
/** No list has more members than this. */
const LIST_LIMIT = 32;

/** KRDPASS's own claims, told under the connector's id by the names that they have. */
const OWN_CLAIMS = [
  'upn',
  'did',
  'citizen_first',
  'citizen_second',
  'citizen_third',
  'citizen_surname',
  'citizen_profile_picture',
  'sex_at_birth',
  'birthdate',
] as const;

/**
 * KRDPASS's claims as OpenID Connect's standard ones, and its own under the connector's id. `upns` are there
 * to be stored and not to be shown, says KRDPASS. Nothing says that it verifies mail addresses.
 */
export function mapKrdPassClaims(
  raw: Readonly<Record<string, unknown>>,
  id: string = 'krdpass',
): Record<string, unknown> {
  const text = (...names: readonly string[]): string | null => {
    for (const name of names) {
      const found = textOf(raw[name]);
      if (found !== null) return found;
    }
    return null;
  };
  const words = (...parts: readonly (string | null)[]): string | null =>
    parts.filter((part) => part !== null).join(' ') || null;
  const middle = words(text('citizen_second'), text('citizen_third'));
  const given = text('given_name', 'citizen_first');
  const family = text('family_name', 'citizen_surname');
  const upns: readonly unknown[] = Array.isArray(raw['upns']) ? raw['upns'].slice(0, LIST_LIMIT) : [];
  const ownUpns = upns.map(textOf).filter((upn) => upn !== null);
  const own = present({
    ...Object.fromEntries(OWN_CLAIMS.map((name) => [name, text(name)])),
    upns: ownUpns.length === 0 ? null : ownUpns,
  });
  return present({
    given_name: given,
    middle_name: middle,
    family_name: family,
    name: text('name') ?? words(given, middle, family),
    picture: [text('picture'), text('citizen_profile_picture')].find(isWebAddress) ?? null,
    email: text('email'),
    birthdate: isoDate(text('birthdate')),
    gender: genderOf(text('sex_at_birth')),
    [id]: Object.keys(own).length === 0 ? null : own,
  });
}

/** A text as it came; null for anything else, for nothing, and for line breaks and the like. */
function textOf(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > LENGTH_LIMIT || value.trim() === '') return null;
  return /[\p{Cc}\p{Cs}]/u.test(value) ? null : value;
}

/** A picture may also come as its bytes in base64, which OpenID Connect's claim is not for. */
function isWebAddress(text: string | null): boolean {
  return text !== null && text.startsWith('https://') && URL.canParse(text);
}

/** The date of an ISO 8601 date or time: OpenID Connect Core §5.1 wants no more. */
function isoDate(text: string | null): string | null {
  const date = /^(\d{4}-\d{2}-\d{2})(?:T|$)/.exec(text ?? '')?.[1] ?? '';
  return Number.isNaN(Date.parse(date)) ? null : date;
}

/** OpenID Connect Core §5.1 defines two values; for anything else only `krdpass.sex_at_birth` speaks. */
function genderOf(sex: string | null): string | null {
  const word = sex?.trim().toLowerCase() ?? '';
  if (word === 'male' || word === 'm') return 'male';
  return word === 'female' || word === 'f' ? 'female' : null;
}
