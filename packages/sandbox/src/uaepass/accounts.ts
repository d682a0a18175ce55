import { createHash } from 'node:crypto';
import type { Person } from '../people.ts';

/** An account as userinfo tells it. */
export interface UaePassAccount {
  readonly person: Person;
  readonly uuid: string;
  readonly userType: 'SOP1' | 'SOP2' | 'SOP3';
  /** What userinfo answers for the general scope. */
  readonly attributes: Readonly<Record<string, string>>;
  /** What a visitor's scopes add, by scope. */
  readonly scoped: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

export const SCOPES = {
  general: 'urn:uae:digitalid:profile:general',
  profileType: 'urn:uae:digitalid:profile:general:profileType',
  unifiedId: 'urn:uae:digitalid:profile:general:unifiedId',
} as const;

/**
 * What the demo people have beyond their claims: one of each level. The Emirates IDs end in a digit
 * that is not their check digit, so no person has them.
 */
const DEMO: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  alma: { userType: 'SOP1', firstnameEN: 'ALMA', lastnameEN: 'EXEMPEL' },
  ben: {
    userType: 'SOP2',
    firstnameEN: 'BEN',
    lastnameEN: 'SAMPLE',
    firstnameAR: 'بن',
    lastnameAR: 'سامبل',
    fullnameEN: 'BEN,,,,SAMPLE,,',
    fullnameAR: 'بن,,,,سامبل,,',
    nationalityEN: 'GBR',
    nationalityAR: 'بريطانى',
    gender: 'Male',
    idn: '784197812345670',
    idType: 'ID',
    titleEN: 'Mr',
    titleAR: 'السيد',
  },
  chloe: {
    userType: 'SOP3',
    firstnameEN: 'CHLOÉ',
    lastnameEN: 'MODÈLE',
    firstnameAR: 'كلوي',
    lastnameAR: 'موديل',
    fullnameEN: 'CHLOÉ,,,,MODÈLE,,',
    fullnameAR: 'كلوي,,,,موديل,,',
    nationalityEN: 'FRA',
    nationalityAR: 'فرنسية',
    gender: 'Female',
    idType: 'PASSPORT',
    profileType: '2',
    unifiedId: '990000001',
  },
  dana: {
    userType: 'SOP3',
    firstnameEN: 'DANA',
    lastnameEN: 'MITHAL',
    firstnameAR: 'دانة',
    lastnameAR: 'مثال',
    fullnameEN: 'DANA,,,,MITHAL,,',
    fullnameAR: 'دانة,,,,مثال,,',
    nationalityEN: 'ARE',
    nationalityAR: 'الإمارات العربية المتحدة',
    gender: 'Female',
    idn: '784198512345670',
    idType: 'ID',
    titleEN: 'Ms',
    titleAR: 'السيدة',
    profileType: '1',
    unifiedId: '990000002',
  },
};

export interface UaePassAccounts {
  readonly all: readonly UaePassAccount[];
  of(person: Person): UaePassAccount;
  /** By mail address, mobile number or Emirates ID, however written. */
  find(username: string): UaePassAccount | null;
}

export function createAccounts(people: readonly Person[]): UaePassAccounts {
  const all = people.map(accountOf);
  const byLogin = new Map(all.flatMap((account) => loginsOf(account).map((login) => [login, account] as const)));
  const byPerson = new Map(all.map((account) => [account.person.id, account]));
  return {
    all,
    of: (person) => byPerson.get(person.id) ?? accountOf(person),
    find: (username) => byLogin.get(normal(username)) ?? null,
  };
}

/** A person who is none of the demo's is a resident with SOP3, as far as their claims go. */
function accountOf(person: Person): UaePassAccount {
  const claim = (name: string): string => (typeof person.claims[name] === 'string' ? person.claims[name] : '');
  const { profileType, unifiedId, userType, ...rest } = DEMO[person.id] ?? {
    userType: 'SOP3',
    firstnameEN: claim('given_name').toUpperCase(),
    lastnameEN: claim('family_name').toUpperCase(),
    fullnameEN: `${claim('given_name')},,,,${claim('family_name')},,`.toUpperCase(),
    profileType: '1',
    unifiedId: '990000003',
  };
  const uuid = uuidOf(`uaepass ${person.id}`);
  const level = userType === 'SOP1' || userType === 'SOP2' ? userType : 'SOP3';
  return {
    person,
    uuid,
    userType: level,
    attributes: {
      // Who registered on the web has the bare uuid.
      sub: level === 'SOP1' ? uuid : `UAEPASS/${uuid}`,
      uuid,
      userType: level,
      email: claim('email'),
      mobile: claim('phone_number').replace(/^\+/, ''),
      ...rest,
    },
    scoped: new Map([
      ...(profileType === undefined ? [] : [[SCOPES.profileType, { profileType }] as const]),
      ...(unifiedId === undefined ? [] : [[SCOPES.unifiedId, { unifiedId }] as const]),
    ]),
  };
}

function loginsOf({ attributes }: UaePassAccount): readonly string[] {
  return [attributes['email'], attributes['mobile'], attributes['idn']]
    .filter((login) => login !== undefined && login !== '')
    .map((login) => normal(login ?? ''));
}

function normal(username: string): string {
  const text = username.trim().toLowerCase();
  return text.includes('@') ? text : text.replace(/[\s+-]/g, '').replace(/^00/, '');
}

/** Always the same for the same person, across runs: a version 8 UUID (RFC 9562 §5.8). */
function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
