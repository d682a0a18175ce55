import type { Person } from '../people.ts';

/** A person's pasby. */
export interface PasbyAccount {
  readonly person: Person;
  /** National identification number: 11 digits. */
  readonly nin: string;
  /** `group.name` → value: what pasby knows. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** What this person never shares, however it is asked. */
  readonly denies: readonly string[];
}

/** What the demo people have beyond their claims. No person has these numbers: Nigeria's never have so many zeros. */
const DEMO: Readonly<
  Record<string, { nin: string; claims: Readonly<Record<string, unknown>>; denies?: readonly string[] }>
> = {
  alma: {
    nin: '10000000001',
    claims: {
      'bio.gender': 'Female',
      'bio.birthplace': 'Lagos',
      'nationality.primary': 'NG',
      'nationality.residence': 'SE',
    },
  },
  ben: {
    nin: '10000000002',
    claims: { 'bio.gender': 'Male', 'nationality.primary': 'GB', 'nationality.nationalities': ['GB', 'GH'] },
    denies: ['contact.phone', 'contact.phoneVerified'],
  },
  chloe: { nin: '10000000003', claims: { 'bio.gender': 'f', 'nationality.primary': 'FR' } },
};
/** Dana has no pasby. */
const WITHOUT: ReadonlySet<string> = new Set(['dana']);

export interface PasbyAccounts {
  /** Null for a person without pasby. */
  of(person: Person): PasbyAccount | null;
  byNin(nin: string): PasbyAccount | null;
}

export function createAccounts(people: readonly Person[]): PasbyAccounts {
  const accounts = people.flatMap((person, index): PasbyAccount[] => {
    if (WITHOUT.has(person.id)) return [];
    const { nin = String(20_000_000_000 + index), claims = {}, denies = [] } = DEMO[person.id] ?? {};
    return [{ person, nin, claims: { ...claimsOf(person), ...claims }, denies }];
  });
  return {
    of: (person) => accounts.find((account) => account.person.id === person.id) ?? null,
    byNin: (nin) => accounts.find((account) => account.nin === nin) ?? null,
  };
}

/** A claim of pasby's, and the standard claim that says the same; of an address its member. */
export const STANDARD_NAMES: Readonly<Record<string, string>> = {
  'naming.name': 'name',
  'naming.given': 'given_name',
  'naming.family': 'family_name',
  'naming.middle': 'middle_name',
  'bio.birthdate': 'birthdate',
  'contact.email': 'email',
  'contact.emailVerified': 'email_verified',
  'contact.phone': 'phone_number',
  'contact.phoneVerified': 'phone_number_verified',
  'address.formatted': 'address.formatted',
  'address.place': 'address.street_address',
  'address.city': 'address.locality',
  'address.postcode': 'address.postal_code',
  'address.country': 'address.country',
};

function claimsOf({ claims }: Person): Record<string, unknown> {
  const entries = Object.entries(STANDARD_NAMES).map(([own, standard]) => {
    const [name = '', member] = standard.split('.');
    const value = claims[name];
    return [own, member === undefined ? value : (value as Record<string, unknown> | undefined)?.[member]] as const;
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
