/** What kind of value a claim has once decrypted. */
export type ClaimKind = 'text' | 'boolean' | 'number' | 'list';

/** `group.name`, as pasby writes it. */
export const CLAIM_NAME: RegExp = /^[a-z][A-Za-z]{0,31}\.[a-z][A-Za-z]{0,31}$/;

/** Of which claims of pasby's each standard claim is made, by the scope that covers it (OpenID Connect Core §5.4). */
const BY_SCOPE: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  profile: {
    name: ['naming.name', 'naming.given', 'naming.middle', 'naming.family'],
    given_name: ['naming.given'],
    family_name: ['naming.family'],
    middle_name: ['naming.middle'],
    nickname: ['naming.nickname'],
    gender: ['bio.gender'],
    birthdate: ['bio.birthdate'],
  },
  email: { email: ['contact.email'], email_verified: ['contact.email', 'contact.emailVerified'] },
  phone: { phone_number: ['contact.phone'], phone_number_verified: ['contact.phone', 'contact.phoneVerified'] },
  address: {
    address: [
      'address.formatted',
      'address.place',
      'address.city',
      'address.state',
      'address.postcode',
      'address.country',
    ],
  },
};
const COVERED = new Set(Object.values(BY_SCOPE).flatMap((claims) => Object.values(claims).flat()));

/**
 * What may be asked for unless the operator says otherwise: what OpenID Connect has a name for, and
 * pasby's own API lists. Not the birth number, bank details, documents and coordinates.
 */
export const DEFAULT_CLAIMS: readonly string[] = [
  'naming.name',
  'naming.given',
  'naming.family',
  'naming.middle',
  'bio.birthdate',
  'bio.birthplace',
  'bio.gender',
  'contact.email',
  'contact.emailVerified',
  'contact.phone',
  'contact.phoneVerified',
  'address.formatted',
  'address.place',
  'address.city',
  'address.postcode',
  'address.country',
  'nationality.primary',
  'nationality.residence',
  'nationality.nationalities',
];

/** pasby refuses a request for nothing; this is the least. */
const LEAST = 'naming.given';

const KINDS: Readonly<Record<string, ClaimKind>> = {
  'contact.emailVerified': 'boolean',
  'contact.phoneVerified': 'boolean',
  'nationality.nationalities': 'list',
  'nationality.pep': 'boolean',
  'nationality.watchListed': 'boolean',
  'address.longitude': 'number',
  'address.latitude': 'number',
  'financial.bvnIAT': 'number',
};

/** Any other claim, also one that pasby adds later, is text. */
export function kindOf(claim: string): ClaimKind {
  return KINDS[claim] ?? 'text';
}

/**
 * What a sign-in asks for: of the configured claims those that its scopes cover, in the configured
 * order. `own` is the scope for what no standard scope covers.
 * @param single where single claims are asked for: all standard ones that are
 */
export function claimsToAsk(
  configured: readonly string[],
  scope: readonly string[],
  own: string,
  single: readonly string[] | null = null,
): readonly string[] {
  const covered = scope.flatMap((each) => Object.entries(BY_SCOPE[each] ?? {}));
  const needed = new Set(covered.flatMap(([name, parts]) => (single?.includes(name) === false ? [] : parts)));
  const asked = configured.filter((claim) => (COVERED.has(claim) ? needed.has(claim) : scope.includes(own)));
  return asked.length > 0 ? asked : [LEAST];
}
