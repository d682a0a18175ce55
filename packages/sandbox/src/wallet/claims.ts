import type { Person } from '../people.ts';

/** Which scope asks for which claims (OpenID Connect Core §5.4). */
export const SCOPE_CLAIMS: ReadonlyMap<string, readonly string[]> = new Map([
  [
    'profile',
    [
      'name',
      'given_name',
      'family_name',
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

/** What userinfo answers for a person and the scopes of a token; those that it does not know give nothing. */
export function claimsFor(person: Person, scopes: readonly string[]): Record<string, unknown> {
  const names = new Set(scopes.flatMap((scope) => SCOPE_CLAIMS.get(scope) ?? []));
  const granted = Object.entries(person.claims).filter(([name]) => names.has(name));
  return { sub: person.id, ...Object.fromEntries(granted) };
}
