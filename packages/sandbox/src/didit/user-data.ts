import { createHash } from 'node:crypto';
import type { Person } from '../people.ts';

/** What each scope gives (docs.didit.me, "User Scopes"); the standard claim that it speaks of is for the phone to show. */
export const SCOPES: ReadonlyMap<string, readonly string[]> = new Map([
  ['openid', ['sub']],
  ['names', ['name', 'given_name', 'family_name']],
  ['email', ['email', 'email_verified']],
  ['phone', ['phone_number', 'phone_number_verified']],
  ['picture', ['picture']],
  ['gender', ['gender']],
  ['birthdate', ['birthdate']],
  ['address', ['address']],
  ['preferences', ['locale']],
  ['user_id', []],
  ['is_verified', []],
  ['is_over_18', []],
  ['offline', []],
]);

/** The same for a person at every sign-in, and not their name. */
export function subjectOf(person: Person): string {
  const hex = createHash('sha256').update(`didit|${person.id}`).digest('hex');
  return hex.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** `GET /auth/v2/users/retrieve/` in the shape that "Get User Info" shows. */
export function userData(person: Person, scopes: readonly string[], now: number): Record<string, unknown> {
  const { claims } = person;
  const born = typeof claims['birthdate'] === 'string' ? Date.parse(claims['birthdate']) : Number.NaN;
  const data: Readonly<Record<string, unknown>> = {
    names: {
      first_name: claims['given_name'],
      family_name: claims['family_name'],
      full_name: claims['name'],
      is_verified: true,
    },
    email: { email: claims['email'], is_verified: claims['email_verified'], is_primary: true },
    phone: { phone_number: claims['phone_number'], is_verified: claims['phone_number_verified'], is_primary: true },
    picture: claims['picture'],
    gender: claims['gender'] === undefined ? undefined : { gender: claims['gender'], is_verified: true },
    birthdate: { birthdate: claims['birthdate'], is_verified: true },
    address: claims['address'],
    preferences: { language: claims['locale'] },
    user_id: subjectOf(person),
    is_verified: true,
    is_over_18: now - born > 18 * 365.25 * 86_400_000,
  };
  const granted = scopes.filter((scope) => data[scope] !== undefined).map((scope) => [scope, data[scope]] as const);
  return { sub: subjectOf(person), ...Object.fromEntries(granted) };
}
