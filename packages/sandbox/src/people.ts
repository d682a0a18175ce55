/** A person who carries the sandbox's phone. */
export interface Person {
  /** The subject of the wallet's tokens, and the name by which scripts pick the person. */
  readonly id: string;
  /** Standard claims (OpenID Connect Core §5.1), without `sub`. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/**
 * No real people: every surname says "example" in its language, mail goes to example.com (RFC 2606 §3), and the
 * telephone numbers are those that each country's regulator keeps for fiction. Between them they
 * have what breaks software: accents, another script and direction, an unverified address.
 */
export const DEMO_PEOPLE: readonly Person[] = [
  {
    id: 'alma',
    claims: {
      name: 'Alma Exempel',
      given_name: 'Alma',
      family_name: 'Exempel',
      birthdate: '1990-04-17',
      locale: 'sv-SE',
      email: 'alma@example.com',
      email_verified: true,
      phone_number: '+46701740605',
      phone_number_verified: true,
      address: {
        formatted: 'Exempelgatan 1\n123 45 Exempelstad\nSverige',
        street_address: 'Exempelgatan 1',
        postal_code: '123 45',
        locality: 'Exempelstad',
        country: 'SE',
      },
    },
  },
  {
    id: 'ben',
    claims: {
      name: 'Ben Sample',
      given_name: 'Ben',
      family_name: 'Sample',
      birthdate: '1978-11-02',
      locale: 'en-GB',
      email: 'ben@example.com',
      email_verified: true,
      phone_number: '+447700900123',
      phone_number_verified: true,
      address: {
        formatted: '2 Sample Street\nSampleton\nZZ99 9ZZ\nUnited Kingdom',
        street_address: '2 Sample Street',
        postal_code: 'ZZ99 9ZZ',
        locality: 'Sampleton',
        country: 'GB',
      },
    },
  },
  {
    id: 'chloe',
    claims: {
      name: 'Chloé Modèle',
      given_name: 'Chloé',
      family_name: 'Modèle',
      birthdate: '2001-07-30',
      locale: 'fr-FR',
      email: 'chloe@example.com',
      email_verified: false,
      phone_number: '+33199001234',
      phone_number_verified: false,
      address: {
        formatted: '3 rue du Modèle\n99999 Villefictive\nFrance',
        street_address: '3 rue du Modèle',
        postal_code: '99999',
        locality: 'Villefictive',
        country: 'FR',
      },
    },
  },
  {
    id: 'dana',
    claims: {
      name: 'دانة مثال',
      given_name: 'دانة',
      family_name: 'مثال',
      birthdate: '1985-01-09',
      locale: 'ar-AE',
      email: 'dana@example.com',
      email_verified: true,
      phone_number: '+12025550143',
      phone_number_verified: true,
      address: {
        formatted: 'شارع المثال ٤\nمدينة المثال',
        street_address: 'شارع المثال ٤',
        locality: 'مدينة المثال',
        country: 'AE',
      },
    },
  },
];
