/** A text claim is at most this long, in characters; what is longer is a picture or a mistake. */
const TEXT_LIMIT = 1024;
/** An address of a page or picture is at most this long, in characters. */
const URL_LIMIT = 2048;
/** A list or object has at most this many members. */
const MEMBERS_LIMIT = 16;

type Read = (value: unknown) => unknown;

/** Control characters, and halves of a character: they are in no person's name. */
const GARBAGE = /[\p{Cc}\p{Cs}]/u;

const text: Read = (value) =>
  typeof value === 'string' && value.trim() !== '' && value.length <= TEXT_LIMIT && !GARBAGE.test(value)
    ? value.trim()
    : undefined;
/** OpenID Connect Core §5.1.1: an address may have several lines. */
const lines: Read = (value) =>
  typeof value === 'string' && text(value.replaceAll(/\r?\n/g, ' ')) !== undefined ? value.trim() : undefined;
const matching =
  (pattern: RegExp): Read =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? value : undefined;
/** Others put it behind `href` and `src`: no `javascript:`, no `data:`. */
const link: Read = (value) =>
  typeof value === 'string' && value.length <= URL_LIMIT && URL.parse(value)?.protocol === 'https:' ? value : undefined;
/** Some providers write it as text. */
const yesNo: Read = (value) =>
  value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined;
const phone: Read = (value) => {
  const digits = typeof value === 'string' ? value.replaceAll(/[\s().-]/g, '') : '';
  return /^\+[1-9]\d{5,14}$/.test(digits) ? digits : undefined;
};
const texts: Read = (value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const read = Object.entries(value).map(([name, each]) => [name, lines(each)] as const);
  const fitting = read.filter(([name, each]) => text(name) !== undefined && each !== undefined);
  return fitting.length > 0 ? Object.fromEntries(fitting.slice(0, MEMBERS_LIMIT)) : undefined;
};
const countries: Read = (value) => {
  const codes = Array.isArray(value)
    ? value.filter((each) => typeof each === 'string' && /^[A-Z]{2,3}$/.test(each))
    : [];
  return codes.length > 0 ? codes.slice(0, MEMBERS_LIMIT) : undefined;
};

/** What a claim's value is, and undefined where it is not of its form: the claims of OpenID Connect Core §5.1 and, of Identity Assurance, the two that Beckon knows. */
export const STANDARD_CLAIMS: Readonly<Record<string, Read>> = {
  name: text,
  given_name: text,
  family_name: text,
  middle_name: text,
  nickname: text,
  preferred_username: text,
  profile: link,
  picture: link,
  website: link,
  gender: text,
  // A year, or 0000 for one that is not told (§5.1).
  birthdate: matching(/^\d{4}(-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))?$/),
  zoneinfo: text,
  locale: matching(/^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$/),
  updated_at: (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined),
  email: matching(/^[^\s@\p{Cc}\p{Cs}<>"]{1,64}@[^\s@\p{Cc}\p{Cs}<>"]{1,255}$/u),
  email_verified: yesNo,
  phone_number: phone,
  phone_number_verified: yesNo,
  address: texts,
  nationalities: countries,
  place_of_birth: texts,
};

/** What a token says about itself, and what the identity holds elsewhere. */
const PROTOCOL = new Set(
  'iss sub aud exp nbf iat jti nonce azp at_hash c_hash s_hash auth_time acr amr sid sub_jwk _claim_names _claim_sources'.split(
    ' ',
  ),
);

/**
 * A provider's claims under OpenID Connect's names. Whatever else the provider says comes as it is, as
 * one claim named `own`. Their forms are checked where all claims pass (`fitting-claims.ts`).
 */
export function standardClaims(raw: Readonly<Record<string, unknown>>, own: string): Record<string, unknown> {
  const said = Object.entries(raw);
  const claims = Object.fromEntries(said.filter(([name]) => Object.hasOwn(STANDARD_CLAIMS, name)));
  const others = said.filter(([name]) => !Object.hasOwn(STANDARD_CLAIMS, name) && !PROTOCOL.has(name));
  return others.length > 0 ? { ...claims, [own]: Object.fromEntries(others) } : claims;
}
