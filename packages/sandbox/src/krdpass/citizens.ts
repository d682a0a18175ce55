import { createHash } from 'node:crypto';
import type { Person } from '../people.ts';

/** What the demo people have beyond their claims. */
const DEMO: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  alma: { citizen_second: 'Karin', citizen_third: 'Maja', sex_at_birth: 'female' },
  ben: { citizen_second: 'Tom', citizen_third: 'Jack', sex_at_birth: 'male' },
  chloe: { citizen_second: 'Anne', citizen_third: 'Marie', sex_at_birth: 'female' },
  dana: { citizen_second: 'سعيد', citizen_third: 'ناصر', sex_at_birth: 'female' },
};

export interface Citizen {
  readonly person: Person;
  readonly sub: string;
  /** What the id_token says of them besides the standard. */
  readonly idClaims: Readonly<Record<string, unknown>>;
  /** What userinfo answers, by scope. */
  readonly userinfo: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export function citizenOf(person: Person): Citizen {
  const hash = createHash('sha256').update(`krdpass ${person.id}`).digest('hex');
  const claim = (name: string): string | undefined =>
    typeof person.claims[name] === 'string' ? person.claims[name] : undefined;
  const upn = String(BigInt(`0x${hash.slice(0, 12)}`))
    .padStart(13, '5')
    .slice(0, 13);
  const did = `${hash.slice(0, 8)}-${hash.slice(8, 12)}-${hash.slice(12, 16)}-${hash.slice(16, 20)}-${hash.slice(20, 32)}`;
  return {
    person,
    sub: hash.slice(32),
    idClaims: { upn, upns: [upn], did: did.toUpperCase(), dpv: 1 },
    userinfo: {
      openid: { sub: hash.slice(32), upn, upns: [upn] },
      profile: {
        name: claim('name'),
        given_name: claim('given_name'),
        family_name: claim('family_name'),
        email: claim('email'),
      },
      citizen_identity: {
        citizen_first: claim('given_name'),
        citizen_surname: claim('family_name'),
        birthdate: claim('birthdate'),
        did: did.toUpperCase(),
        citizen_profile_picture: `https://account.id.krd.invalid/pictures/${did}.jpg`,
        ...DEMO[person.id],
      },
    },
  };
}
