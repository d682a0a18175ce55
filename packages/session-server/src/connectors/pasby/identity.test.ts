import { expect, it } from 'vitest';
import { mapIdClaims } from './identity.ts';

it('gives OpenID Connect’s claims, and pasby’s own as they came', () => {
  const raw = {
    naming: { given: 'Ada', family: 'Obi', middle: 'Nkem' },
    bio: { birthdate: '1990-04-17T00:00:00.000Z', gender: 'F', birthplace: 'Lagos' },
    contact: { email: 'ada@example.com', emailVerified: true, phone: '0801 234 5678', phoneVerified: false },
    address: { place: '1 Road', city: 'Lagos', country: 'NG' },
    nationality: { primary: 'ng', nationalities: ['NG', 'GH'], residence: 'NG' },
  };
  expect(mapIdClaims('pasby')(raw)).toEqual({
    given_name: 'Ada',
    middle_name: 'Nkem',
    family_name: 'Obi',
    name: 'Ada Nkem Obi',
    gender: 'female',
    birthdate: '1990-04-17',
    email: 'ada@example.com',
    email_verified: true,
    phone_number: '+2348012345678',
    phone_number_verified: false,
    address: { street_address: '1 Road', locality: 'Lagos', country: 'NG' },
    nationalities: ['NG', 'GH'],
    place_of_birth: { locality: 'Lagos' },
    pasby: raw,
  });
});

it.each([
  [{ bio: { birthdate: '04/05/1990' } }, 'birthdate'],
  [{ bio: { birthdate: '1990-02-30' } }, 'birthdate'],
  [{ contact: { phone: '12345' } }, 'phone_number'],
  [{ contact: { phone: '12345', phoneVerified: true } }, 'phone_number_verified'],
  [{ contact: { email: 'not mail' } }, 'email'],
  [{ contact: { email: 'a"<x>@example.com', emailVerified: true } }, 'email_verified'],
  [{ nationality: { primary: 'Nigeria' } }, 'nationalities'],
  [{ address: {} }, 'address'],
])('guesses nothing: %j has no %s', (raw, claim) => {
  expect(mapIdClaims('pasby')(raw)).not.toHaveProperty(claim);
  expect(mapIdClaims('pasby')(raw)).toMatchObject({ pasby: raw });
});

it('an address or a number counts as verified only where pasby says so', () => {
  const contact = { email: 'ada@example.com', phone: '0801 234 5678' };
  const verified = (said: object) => mapIdClaims('pasby')({ contact: { ...contact, ...said } });
  expect(verified({ emailVerified: false, phoneVerified: true })).toMatchObject({
    email_verified: false,
    phone_number_verified: true,
  });
  expect(verified({})).not.toHaveProperty('email_verified');
  expect(verified({ emailVerified: 'true', phoneVerified: 1 })).not.toHaveProperty('phone_number_verified');
});

it('the primary nationality comes first, wherever else it is named', () => {
  const nationality = { primary: 'gh', nationalities: ['NG', 'GH'] };
  expect(mapIdClaims('pasby')({ nationality })).toMatchObject({ nationalities: ['GH', 'NG'] });
});

it('FT-B7b: its own claims are named like the connector', () => {
  const claims = mapIdClaims('pasby-ng')({ naming: { given: 'Ada' } });
  expect(claims).toEqual({ given_name: 'Ada', name: 'Ada', 'pasby-ng': { naming: { given: 'Ada' } } });
});

it.each([
  ['F', 'female'],
  ['Female', 'female'],
  ['FEMALE ', 'female'],
  ['Woman', 'female'],
  ['m', 'male'],
  ['Male', 'male'],
  ['man', 'male'],
  ['Non-binary', 'non-binary'],
])('FT-B7c: gender %j is %s, as OpenID Connect spells it', (gender, expected) => {
  expect(mapIdClaims('pasby')({ bio: { gender } })).toMatchObject({ gender: expected });
});
