import { present } from '../shared/mapped-claims.ts';
import { cleanFullName, e164, titleCase } from './names.ts';

/** What UAE PASS answers at userinfo: strings by its own names, present or not according to the person's level. */
export type UaePassUserinfo = Readonly<Record<string, unknown>>;

/** No claim is longer than this, in characters; what is longer is a picture or a mistake. */
const LENGTH_LIMIT = 1024;

/** UAE PASS's attributes, and our names for them. `unifiedID` is Ory Kratos' spelling of `unifiedId`. */
const OWN_CLAIMS: readonly (readonly [attribute: string, claim: string])[] = [
  ['uuid', 'uuid'],
  ['userType', 'user_type'],
  ['mobile', 'mobile'],
  ['email', 'email'],
  ['firstnameEN', 'firstname_en'],
  ['lastnameEN', 'lastname_en'],
  ['firstnameAR', 'firstname_ar'],
  ['lastnameAR', 'lastname_ar'],
  ['fullnameEN', 'fullname_en'],
  ['fullnameAR', 'fullname_ar'],
  ['nationalityEN', 'nationality_en'],
  ['nationalityAR', 'nationality_ar'],
  ['gender', 'gender'],
  ['idn', 'emirates_id'],
  ['idType', 'id_type'],
  ['spuuid', 'smartpass_uuid'],
  ['titleEN', 'title_en'],
  ['titleAR', 'title_ar'],
  ['profileType', 'profile_type'],
  ['unifiedID', 'unified_id'],
  ['unifiedId', 'unified_id'],
  // Not in UAE PASS's list of attributes, but in its iOS SDK's model.
  ['dob', 'dob'],
  ['domain', 'domain'],
  ['acr', 'acr'],
  ['idCardExpiryDate', 'id_card_expiry_date'],
  ['homeAddressEmirateCode', 'home_address_emirate_code'],
];

/**
 * Userinfo as OpenID Connect's standard claims, and as it came under the connector's id. What is missing (a
 * visitor has no `idn`, SOP1 has no nationality) is missing; what is no text is left out.
 */
export function mapUserinfo(raw: UaePassUserinfo, id: string = 'uaepass'): Record<string, unknown> {
  const text = (attribute: string): string | null => textOf(raw[attribute]);
  const name = (...attributes: readonly string[]): string | null => {
    for (const attribute of attributes) {
      const found = titleCase(cleanFullName(text(attribute) ?? ''));
      if (found !== '') return found;
    }
    return null;
  };
  const given = name('firstnameEN', 'firstnameAR');
  const family = name('lastnameEN', 'lastnameAR');
  const full = name('fullnameEN', 'fullnameAR') ?? ([given, family].filter((part) => part !== null).join(' ') || null);
  const email = text('email');
  const phone = e164(text('mobile') ?? '');
  const nationality = text('nationalityEN')?.toUpperCase() ?? '';
  return present({
    given_name: given,
    family_name: family,
    name: full,
    email,
    // UAE PASS lets no person register without proving both.
    email_verified: email === null ? null : true,
    phone_number: phone,
    phone_number_verified: phone === null ? null : true,
    gender: text('gender')?.toLowerCase() ?? null,
    birthdate: isoDate(text('dob')),
    nationalities: /^[A-Z]{3}$/.test(nationality) ? [nationality] : null,
    [id]: present(
      Object.fromEntries(
        OWN_CLAIMS.map(([attribute, claim]) => [claim, text(attribute)] as const).filter(([, value]) => value !== null),
      ),
    ),
  });
}

/** The person's subject: `uuid`, or `sub` without the `UAEPASS/` that it begins with. Null when neither is there. */
export function subjectOf(raw: UaePassUserinfo): string | null {
  return textOf(raw['uuid']) ?? textOf(textOf(raw['sub'])?.replace(/^UAEPASS\//i, ''));
}

/** A text as it came; a number (`profileType`) as text. Null for anything else, and for nothing. */
function textOf(value: unknown): string | null {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  if (typeof value !== 'string' || value.length > LENGTH_LIMIT || value.trim() === '') return null;
  // Line breaks, terminal escapes and the like are in no person's name.
  return /[\p{Cc}\p{Cs}]/u.test(value) ? null : value;
}

/** A birthdate as OpenID Connect Core §5.1 wants it. UAE PASS does not say how it writes one: nothing is guessed. */
function isoDate(text: string | null): string | null {
  return text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : null;
}
