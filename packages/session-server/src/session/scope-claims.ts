import type { ConnectorId } from '@beckon/protocol';

/** Which claims a scope asks for (OpenID Connect Core §5.4). */
const STANDARD: ReadonlyMap<string, readonly string[]> = new Map([
  ['openid', ['sub']],
  [
    'profile',
    [
      'name',
      'family_name',
      'given_name',
      'middle_name',
      'nickname',
      'preferred_username',
      'profile',
      'picture',
      'website',
      'gender',
      'birthdate',
      'zoneinfo',
      'locale',
      'updated_at',
    ],
  ],
  ['email', ['email', 'email_verified']],
  ['address', ['address']],
  ['phone', ['phone_number', 'phone_number_verified']],
]);

/** Claims of OpenID Connect for Identity Assurance 1.0 §4, which no standard scope covers. */
const BEYOND_STANDARD = ['nationalities', 'place_of_birth'] as const;

/** The scopes that OpenID Connect Core §5.4 defines claims for, `openid` among them. */
export const STANDARD_SCOPES: readonly string[] = [...STANDARD.keys()];

/** Shown, masked, to the person who waits, so that they see who is being signed in; no website gets them by that. */
const NAMES = ['name', 'given_name', 'family_name'] as const;

/** What is kept of a person's claims: those that they agreed to give, and the names. A provider may tell more than it was asked. */
export function neededClaims(
  claims: Readonly<Record<string, unknown>>,
  agreed: ReadonlySet<string>,
): Readonly<Record<string, unknown>> {
  const needed = new Set<string>([...NAMES, ...agreed]);
  return Object.fromEntries(Object.entries(claims).filter(([name]) => needed.has(name)));
}

/**
 * The claims that a scope lets the relying party read. A scope named like the connector of the
 * sign-in stands for that provider's own claims, which are one claim of the same name. Any other
 * scope says nothing of the person.
 */
export function claimsOf(scope: string, connector: ConnectorId | null = null): readonly string[] {
  return STANDARD.get(scope) ?? (scope === connector ? [scope, ...BEYOND_STANDARD] : []);
}
