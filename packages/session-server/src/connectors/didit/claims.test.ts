import { expect, it } from 'vitest';
import { diditClaims } from './claims.ts';

it('makes OpenID Connect’s claims of Didit’s objects, and keeps what Didit said', () => {
  const said = {
    names: { first_name: 'Ada', middle_name: 'Augusta', family_name: 'Lovelace', full_name: 'Ada Augusta Lovelace' },
    email: { email: 'ada@example.com', is_verified: false },
    phone: { phone_number: '+34123456789', is_verified: true },
    birthdate: { value: '1815-12-10' },
    gender: { value: 'Female' },
    picture: { url: 'https://example.com/ada.png' },
    address: { street: 'Main St 1', zip_code: '12345', city: 'London', country: 'GB' },
    preferences: { language: 'en' },
  };
  expect(diditClaims({ iss: 'https://didit.me', sub: 'ada', user_id: 'u1', ...said }, 'didit-2')).toEqual({
    given_name: 'Ada',
    middle_name: 'Augusta',
    family_name: 'Lovelace',
    name: 'Ada Augusta Lovelace',
    email: 'ada@example.com',
    email_verified: false,
    phone_number: '+34123456789',
    phone_number_verified: true,
    birthdate: '1815-12-10',
    gender: 'female',
    picture: 'https://example.com/ada.png',
    address: { street_address: 'Main St 1', postal_code: '12345', locality: 'London', country: 'GB' },
    locale: 'en',
    'didit-2': said,
  });
});

it('calls nothing verified of which Didit does not say it', () => {
  const claims = diditClaims({ email: 'ada@example.com', phone: '+34123456789' }, 'didit');
  expect(claims).toMatchObject({ email: 'ada@example.com', phone_number: '+34123456789' });
  expect(claims['email_verified']).toBeUndefined();
  expect(claims['phone_number_verified']).toBeUndefined();
});
