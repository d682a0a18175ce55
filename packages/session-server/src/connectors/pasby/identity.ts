import type { Timers } from '../../jobs/timers-port.ts';
import type { Identity } from '../../session/index.ts';
import type { MapClaims } from '../shared/mapped-claims.ts';
import { mappedClaims, present } from '../shared/mapped-claims.ts';
import type { ProviderState } from './begin.ts';
import { decryptClaims } from './id-claims.ts';
import type { ResolvedPasbyOptions } from './options.ts';
import type { Completed } from './state.ts';

/** Who completed the request. The national number is the subject, which never leaves the server, and no claim. */
export async function identityOf(
  { requestee, claims, signed_at }: Completed,
  providerState: ProviderState,
  options: ResolvedPasbyOptions,
  timers: Pick<Timers, 'yieldTurn'>,
): Promise<Identity> {
  const raw = await decryptClaims(claims, providerState.claims, options.privateKey, timers);
  return {
    subject: requestee,
    claims: mappedClaims(options.mapClaims, mapIdClaims(options.id), raw, { own: options.id, provider: 'pasby' }),
    acr: null,
    amr: [],
    auth_time: signed_at,
  };
}

/** ID claims as OpenID Connect's (Core §5.1, Identity Assurance §4), and as they came under `own`, the connector's id. */
export const mapIdClaims =
  (own: string): MapClaims =>
  (raw) => {
    const group = (name: string): Readonly<Record<string, unknown>> => (raw[name] ?? {}) as Record<string, unknown>;
    const [naming, bio, contact, address, nationality] = ['naming', 'bio', 'contact', 'address', 'nationality'].map(
      group,
    );
    const given = textOf(naming?.['given']);
    const middle = textOf(naming?.['middle']);
    const family = textOf(naming?.['family']);
    const joined = [given, middle, family].filter((part) => part !== null).join(' ');
    const email = mailOf(textOf(contact?.['email']));
    const phone = e164(textOf(contact?.['phone']));
    const birthplace = textOf(bio?.['birthplace']);
    return present({
      given_name: given,
      middle_name: middle,
      family_name: family,
      name: textOf(naming?.['name']) ?? (joined === '' ? null : joined),
      nickname: textOf(naming?.['nickname']),
      gender: genderOf(textOf(bio?.['gender'])),
      birthdate: isoDate(textOf(bio?.['birthdate'])),
      email,
      email_verified: email === null ? null : booleanOf(contact?.['emailVerified']),
      phone_number: phone,
      phone_number_verified: phone === null ? null : booleanOf(contact?.['phoneVerified']),
      address: notEmpty({
        formatted: textOf(address?.['formatted']),
        street_address: textOf(address?.['place']),
        locality: textOf(address?.['city']),
        region: textOf(address?.['state']),
        postal_code: textOf(address?.['postcode']),
        country: textOf(address?.['country']),
      }),
      nationalities: nationalitiesOf(nationality ?? {}),
      place_of_birth: birthplace === null ? null : { locality: birthplace },
      [own]: raw,
    });
  };

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function booleanOf(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

function mailOf(text: string | null): string | null {
  return text !== null && /^[^\s@<>"]+@[^\s@<>"]+$/.test(text) ? text : null;
}

/** To E.164. A Nigerian number without its country (`080…`) gets it; another's is not guessed. */
function e164(text: string | null): string | null {
  const digits = (text ?? '')
    .replaceAll(/[\s().-]/g, '')
    .replace(/^00/, '+')
    .replace(/^0(?=[789][01]\d{8}$)/, '+234')
    .replace(/^234(?=[789][01]\d{8}$)/, '+234');
  return /^\+[1-9]\d{6,14}$/.test(digits) ? digits : null;
}

/** As OpenID Connect spells it (Core §5.1): `female` and `male`; any other word where neither applies. */
const GENDERS: ReadonlyMap<string, string> = new Map([
  ['f', 'female'],
  ['woman', 'female'],
  ['feminine', 'female'],
  ['m', 'male'],
  ['man', 'male'],
  ['masculine', 'male'],
]);

function genderOf(text: string | null): string | null {
  const lower = text?.trim().toLowerCase() ?? null;
  return lower === null ? null : (GENDERS.get(lower) ?? lower);
}

/** `YYYY-MM-DD`, also with a time behind it. Other ways to write a date may mean two days: nothing is guessed. */
function isoDate(text: string | null): string | null {
  const date = /^(\d{4}-\d{2}-\d{2})(?:T.*)?$/.exec(text ?? '')?.[1];
  if (date === undefined) return null;
  const parsed = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date) ? date : null;
}

/** ISO 3166-1 codes, the primary one first; a country's name is no code. */
function nationalitiesOf({ primary, nationalities }: Readonly<Record<string, unknown>>): readonly string[] | null {
  const all = [primary, ...(Array.isArray(nationalities) ? (nationalities as readonly unknown[]) : [])];
  const codes = all.flatMap((each) =>
    typeof each === 'string' && /^[A-Za-z]{2,3}$/.test(each.trim()) ? [each.trim().toUpperCase()] : [],
  );
  return codes.length === 0 ? null : [...new Set(codes)];
}

function notEmpty(record: Readonly<Record<string, string | null>>): Record<string, unknown> | null {
  const found = present(record);
  return Object.keys(found).length === 0 ? null : found;
}
