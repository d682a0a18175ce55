/** No text claim is longer than this, in characters; what is longer is a picture or a mistake. */
const TEXT_LIMIT = 1024;
const URL_LIMIT = 2048;

type Read = (value: unknown) => unknown;

const text: Read = (value) =>
  typeof value === 'string' && value.trim() !== '' && value.length <= TEXT_LIMIT ? value.trim() : undefined;
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
  const kept = Object.entries(value).filter(([, each]) => text(each) !== undefined);
  return kept.length > 0 ? Object.fromEntries(kept.slice(0, 16)) : undefined;
};
const countries: Read = (value) => {
  const codes = Array.isArray(value) ? value.filter((each) => /^[A-Z]{2,3}$/.test(String(each))) : [];
  return codes.length > 0 ? codes.slice(0, 16) : undefined;
};

/** The claims of OpenID Connect Core §5.1 and, of Identity Assurance, the two that Beckon knows. */
const STANDARD: Readonly<Record<string, Read>> = {
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
  email: matching(/^[^\s@]{1,64}@[^\s@]{1,255}$/),
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
 * A provider's claims as OpenID Connect's standard ones; what has not the form that it should have is
 * left out. Whatever else the provider says comes as it is, as one claim named `own`.
 */
export function standardClaims(raw: Readonly<Record<string, unknown>>, own: string): Record<string, unknown> {
  const standard = Object.entries(STANDARD).map(([name, read]) => [name, read(raw[name])] as const);
  const claims = Object.fromEntries(standard.filter(([, value]) => value !== undefined));
  if (claims['email'] === undefined) delete claims['email_verified'];
  if (claims['phone_number'] === undefined) delete claims['phone_number_verified'];
  const others = Object.entries(raw).filter(([name]) => !(name in STANDARD) && !PROTOCOL.has(name));
  return others.length > 0 ? { ...claims, [own]: Object.fromEntries(others) } : claims;
}
