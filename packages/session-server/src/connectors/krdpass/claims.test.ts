import { describe, expect, it } from 'vitest';
import { mapKrdPassClaims } from './claims.ts';

it('a citizen’s claims become OpenID Connect’s, and stay under krdpass', () => {
  const raw = {
    iss: 'https://account.id.krd',
    sub: '77ad',
    upn: '5010219103805',
    upns: ['5010219103805', '5010219103806'],
    did: '8D00D48F-0000',
    dpv: 1,
    citizen_first: 'Ada',
    citizen_second: 'Byron',
    citizen_third: 'King',
    citizen_surname: 'Example',
    citizen_profile_picture: 'https://pictures.example/a.jpg',
    birthdate: '1990-01-02T00:00:00Z',
    sex_at_birth: 'Female',
    email: 'ada@example.com',
  };
  expect(mapKrdPassClaims(raw)).toEqual({
    given_name: 'Ada',
    middle_name: 'Byron King',
    family_name: 'Example',
    name: 'Ada Byron King Example',
    picture: 'https://pictures.example/a.jpg',
    email: 'ada@example.com',
    birthdate: '1990-01-02',
    gender: 'female',
    krdpass: {
      upn: '5010219103805',
      upns: ['5010219103805', '5010219103806'],
      did: '8D00D48F-0000',
      citizen_first: 'Ada',
      citizen_second: 'Byron',
      citizen_third: 'King',
      citizen_surname: 'Example',
      citizen_profile_picture: 'https://pictures.example/a.jpg',
      birthdate: '1990-01-02T00:00:00Z',
      sex_at_birth: 'Female',
    },
  });
});

it('the profile’s own names come before the citizen’s', () => {
  const raw = { given_name: 'A', citizen_first: 'B', family_name: 'C', citizen_surname: 'D', name: 'E' };
  expect(mapKrdPassClaims(raw)).toMatchObject({ given_name: 'A', family_name: 'C', name: 'E' });
});

it('a mail address is not called verified: nothing says that it is', () => {
  expect(mapKrdPassClaims({ email: 'a@example.com' })).toEqual({ email: 'a@example.com' });
});

it.each([
  ['male', 'male'],
  ['M', 'male'],
  ['F', 'female'],
  ['FEMALE ', 'female'],
  ['مێ', undefined],
  ['1', undefined],
])('sex at birth %s is gender %s', (sex_at_birth, gender) => {
  expect(mapKrdPassClaims({ sex_at_birth })['gender']).toBe(gender);
});

it.each([
  ['1990-01-02', '1990-01-02'],
  ['1990-13-02', undefined],
  ['02/01/1990', undefined],
  ['1990', undefined],
])('the birthdate %s is %s', (birthdate, told) => {
  expect(mapKrdPassClaims({ birthdate })['birthdate']).toBe(told);
});

describe('claims of the wrong kind', () => {
  it.each([
    ['an object', {}],
    ['a number', 5],
    ['null', null],
    ['nothing', ''],
    ['a line break', 'a\nb'],
    ['bytes of a picture', 'A'.repeat(2000)],
  ])('are left out: %s', (_what, value) => {
    const raw = { name: value, citizen_first: value, upn: value, did: value, birthdate: value, picture: value };
    expect(mapKrdPassClaims(raw)).toEqual({});
  });

  it.each([['no list'], [{}], [[5, null, {}]], [[]]])('so are upns that are none: %j', (upns) => {
    expect(mapKrdPassClaims({ upns })).toEqual({});
  });

  it.each([['javascript:alert(1)'], ['http://pictures.example/'], ['AAAA'], ['data:image/png;base64,AAAA']])(
    'so are pictures that are no address: %s',
    (picture) => {
      expect(mapKrdPassClaims({ picture })).toEqual({});
    },
  );
});
