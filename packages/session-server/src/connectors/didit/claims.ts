import type { Identity } from '../../session/index.ts';

type Claims = Readonly<Record<string, unknown>>;

/** What a token says of itself, and Didit's subject identifier, which is never passed on. */
const NOT_OF_THE_PERSON = new Set([
  'iss',
  'sub',
  'aud',
  'exp',
  'nbf',
  'iat',
  'jti',
  'azp',
  'nonce',
  'at_hash',
  'c_hash',
  'sid',
  'acr',
  'amr',
  'auth_time',
  'active',
  'client_id',
  'scope',
  'claims',
  'token_type',
  'identifier',
  'identifier_type',
  'user_id',
  'organization_id',
]);

/**
 * OpenID Connect's claims from Didit's (docs.didit.me, "Get User Info" and "User Scopes"): objects
 * such as `names: { first_name, family_name, full_name }`. A claim of another type than it should
 * have is left out; what Didit said stays as one claim named like the connector.
 */
export function diditClaims(raw: Claims, own_claim: string): Claims {
  const names = within(raw['names']);
  const email = within(raw['email']);
  const phone = within(raw['phone']);
  // RFC 7662's answer as Didit gives it: the address that the person signs in with.
  const identifier = raw['identifier_type'] === 'email' ? raw['identifier'] : undefined;
  const mapped = {
    given_name: text(names['first_name'] ?? raw['given_name']),
    family_name: text(names['family_name'] ?? names['last_name'] ?? raw['family_name']),
    name: text(names['full_name'] ?? raw['name']),
    middle_name: text(names['middle_name'] ?? raw['middle_name']),
    ...verifiable(
      'email',
      mail(email['email'] ?? raw['email'] ?? identifier),
      email['is_verified'] ?? raw['email_verified'],
    ),
    ...verifiable(
      'phone_number',
      e164(phone['phone_number'] ?? phone['phone'] ?? raw['phone'] ?? raw['phone_number']),
      phone['is_verified'] ?? raw['phone_number_verified'],
    ),
    birthdate: date(inner(raw['birthdate'], 'birthdate', 'date')),
    gender: text(inner(raw['gender'], 'gender'))?.toLowerCase(),
    picture: httpsUrl(inner(raw['picture'], 'picture', 'url')),
    address: address(raw['address']),
    locale: language(inner(raw['preferences'], 'language') ?? raw['locale']),
  };
  const own = present(Object.fromEntries(Object.entries(raw).filter(([name]) => !NOT_OF_THE_PERSON.has(name))));
  return { ...present(mapped), ...(Object.keys(own).length === 0 ? {} : { [own_claim]: own }) };
}

/** How the person proved who they are, as an id_token says it. */
export function authenticationOf(token: Claims): Pick<Identity, 'acr' | 'amr' | 'auth_time'> {
  const { acr, amr, auth_time } = token;
  return {
    acr: text(acr) ?? null,
    amr: Array.isArray(amr) ? amr.filter((method) => typeof method === 'string') : [],
    auth_time: typeof auth_time === 'number' && Number.isFinite(auth_time) ? auth_time : null,
  };
}

/** The object, or none of its members. */
function within(value: unknown): Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Claims) : {};
}

/** A value that Didit's list of scopes calls an object without saying what is in it. */
function inner(value: unknown, ...names: readonly string[]): unknown {
  const object = within(value);
  return typeof value === 'object'
    ? [...names, 'value'].map((name) => object[name]).find((each) => each !== undefined)
    : value;
}

function text(value: unknown): string | undefined {
  const trimmed = typeof value === 'string' ? value.trim() : '';
  return trimmed === '' || trimmed.length > 1024 ? undefined : trimmed;
}

function mail(value: unknown): string | undefined {
  const found = text(value);
  return found !== undefined && /^[^\s@<>"]+@[^\s@<>"]+$/.test(found) ? found : undefined;
}

/** ITU-T E.164, as OpenID Connect Core §5.1 wants telephone numbers. */
function e164(value: unknown): string | undefined {
  const found = text(value)?.replaceAll(/[ ().-]/g, '');
  return found !== undefined && /^\+[1-9]\d{5,14}$/.test(found) ? found : undefined;
}

function date(value: unknown): string | undefined {
  return /^(\d{4}-\d{2}-\d{2})(?:T|$)/.exec(text(value) ?? '')?.[1];
}

function httpsUrl(value: unknown): string | undefined {
  const found = text(value);
  return found !== undefined && URL.parse(found)?.protocol === 'https:' ? found : undefined;
}

/** A BCP 47 tag. */
function language(value: unknown): string | undefined {
  const found = text(value);
  return found !== undefined && /^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*$/.test(found)
    ? found.replaceAll('_', '-')
    : undefined;
}

/** OpenID Connect Core §5.1.1; what Didit calls its members is not documented. */
function address(value: unknown): Claims | undefined {
  if (typeof value === 'string') return text(value) === undefined ? undefined : { formatted: text(value) };
  const given = within(value);
  const found = present({
    formatted: text(given['formatted'] ?? given['formatted_address'] ?? given['address']),
    street_address: text(given['street_address'] ?? given['street'] ?? given['street_1']),
    locality: text(given['locality'] ?? given['city']),
    region: text(given['region'] ?? given['state']),
    postal_code: text(given['postal_code'] ?? given['zip_code']),
    country: text(given['country']),
  });
  return Object.keys(found).length === 0 ? undefined : found;
}

/** `…_verified` only beside the value that it speaks of. */
function verifiable(name: string, value: string | undefined, verified: unknown): Claims {
  if (value === undefined) return {};
  return { [name]: value, ...(typeof verified === 'boolean' ? { [`${name}_verified`]: verified } : {}) };
}

function present(claims: Claims): Claims {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined && value !== null));
}
