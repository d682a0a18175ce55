import { standardClaims } from '../shared/standard-claims.ts';

type Claims = Readonly<Record<string, unknown>>;

/** What a token or its introspection says of itself, and identifiers, which are never passed on. */
const NOT_OF_THE_PERSON = new Set(
  'iss sub aud exp nbf iat jti azp nonce at_hash c_hash sid acr amr auth_time active client_id scope claims token_type identifier identifier_type user_id organization_id'.split(
    ' ',
  ),
);

/**
 * OpenID Connect's claims from Didit's, which are objects (docs.didit.me, "Get User Info"):
 * `names: { first_name, family_name, full_name }`. What Didit said stays as one claim named `own`.
 */
export function diditClaims(raw: Claims, own: string): Claims {
  const { names, email, phone, preferences } = raw;
  const standard = standardClaims(
    {
      ...raw,
      name: within(names, 'full_name') ?? raw['name'],
      given_name: within(names, 'first_name') ?? raw['given_name'],
      family_name: within(names, 'family_name') ?? raw['family_name'],
      middle_name: within(names, 'middle_name') ?? raw['middle_name'],
      // RFC 7662's answer as Didit gives it: the address that the person signs in with.
      email: within(email, 'email') ?? email ?? (raw['identifier_type'] === 'email' ? raw['identifier'] : undefined),
      email_verified: within(email, 'is_verified') ?? raw['email_verified'],
      phone_number: within(phone, 'phone_number') ?? phone ?? raw['phone_number'],
      phone_number_verified: within(phone, 'is_verified') ?? raw['phone_number_verified'],
      // Its list of scopes ("User Scopes") calls the rest objects too, and does not say what is in them.
      birthdate: within(raw['birthdate'], 'birthdate', 'date', 'value') ?? raw['birthdate'],
      gender: lowerCase(within(raw['gender'], 'gender', 'value') ?? raw['gender']),
      picture: within(raw['picture'], 'picture', 'url') ?? raw['picture'],
      address: addressOf(raw['address']),
      locale: within(preferences, 'language') ?? raw['locale'],
    },
    own,
  );
  const others = Object.entries(raw).filter(([name, value]) => !NOT_OF_THE_PERSON.has(name) && value !== null);
  const { [own]: _, ...claims } = standard;
  return others.length > 0 ? { ...claims, [own]: Object.fromEntries(others) } : claims;
}

/** The first of these members that an object has; undefined for anything else. */
function within(value: unknown, ...members: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const object = value as Claims;
  return members.map((member) => object[member]).find((each) => each !== undefined && each !== null);
}

function lowerCase(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

/** With the member names of OpenID Connect Core §5.1.1 beside those that Didit may use. */
function addressOf(value: unknown): unknown {
  if (typeof value === 'string') return { formatted: value };
  const address = {
    formatted: within(value, 'formatted', 'formatted_address', 'address'),
    street_address: within(value, 'street_address', 'street', 'street_1'),
    locality: within(value, 'locality', 'city'),
    region: within(value, 'region', 'state'),
    postal_code: within(value, 'postal_code', 'zip_code'),
    country: within(value, 'country'),
  };
  return Object.fromEntries(Object.entries(address).filter(([, member]) => member !== undefined));
}
