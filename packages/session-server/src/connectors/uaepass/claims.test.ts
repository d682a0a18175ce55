import { describe, expect, it } from 'vitest';
import { mapUserinfo, subjectOf } from './claims.ts';

/** docs.uaepass.ae, "3. User Information", citizen or resident. */
const resident = {
  sub: 'UAEPASS/7a05992e-3244-49d3-bcbc-7894c8fca25e',
  fullnameAR: 'ساوميا,,,,شارما,,',
  gender: 'Male',
  mobile: '97151234003',
  lastnameEN: 'ABC',
  fullnameEN: 'Ram,,,,ABC,,',
  uuid: '7a05992e-3244-49d3-bcbc-7894c8fca25e',
  lastnameAR: 'شارما',
  idn: '784189014978983',
  nationalityEN: 'IND',
  firstnameEN: 'Ram',
  userType: 'SOP3',
  nationalityAR: 'هندى',
  firstnameAR: 'ساوميا',
  email: 'ram@example.com',
};

it('a resident’s attributes become OpenID Connect’s claims, and stay as they came under uaepass', () => {
  expect(mapUserinfo(resident)).toEqual({
    given_name: 'Ram',
    family_name: 'Abc',
    name: 'Ram Abc',
    email: 'ram@example.com',
    email_verified: true,
    phone_number: '+97151234003',
    phone_number_verified: true,
    gender: 'male',
    nationalities: ['IND'],
    uaepass: {
      uuid: '7a05992e-3244-49d3-bcbc-7894c8fca25e',
      user_type: 'SOP3',
      mobile: '97151234003',
      email: 'ram@example.com',
      firstname_en: 'Ram',
      lastname_en: 'ABC',
      firstname_ar: 'ساوميا',
      lastname_ar: 'شارما',
      fullname_en: 'Ram,,,,ABC,,',
      fullname_ar: 'ساوميا,,,,شارما,,',
      nationality_en: 'IND',
      nationality_ar: 'هندى',
      gender: 'Male',
      emirates_id: '784189014978983',
    },
  });
});

it('a basic account has no nationality, gender or Emirates ID, and a name of two parts', () => {
  const claims = mapUserinfo({
    uuid: 'u',
    userType: 'SOP1',
    firstnameEN: 'MOHAMMED',
    lastnameEN: 'ALI',
    email: 'm@example.com',
  });
  expect(claims).toEqual({
    given_name: 'Mohammed',
    family_name: 'Ali',
    name: 'Mohammed Ali',
    email: 'm@example.com',
    email_verified: true,
    uaepass: { uuid: 'u', user_type: 'SOP1', firstname_en: 'MOHAMMED', lastname_en: 'ALI', email: 'm@example.com' },
  });
});

it('a visitor has no idn, but a profile type and a unified id', () => {
  const { uaepass } = mapUserinfo({ uuid: 'u', userType: 'SOP3', profileType: '2', unifiedId: '123' });
  expect(uaepass).toEqual({ uuid: 'u', user_type: 'SOP3', profile_type: '2', unified_id: '123' });
});

it.each(['unifiedId', 'unifiedID'])('%s is the unified id', (spelling) => {
  expect(mapUserinfo({ uuid: 'u', [spelling]: '123' })['uaepass']).toMatchObject({ unified_id: '123' });
});

it('SmartPass accounts and titles keep their names', () => {
  const { uaepass } = mapUserinfo({ uuid: 'u', spuuid: 's', titleEN: 'Mr', titleAR: 'السيد', idType: 'ID' });
  expect(uaepass).toEqual({ uuid: 'u', smartpass_uuid: 's', title_en: 'Mr', title_ar: 'السيد', id_type: 'ID' });
});

it('a profile type that came as a number is still one', () => {
  expect(mapUserinfo({ profileType: 2 })['uaepass']).toEqual({ profile_type: '2' });
});

it('a person with an Arabic name alone is called by it', () => {
  expect(mapUserinfo({ firstnameAR: 'دانة', lastnameAR: 'مثال', fullnameAR: 'دانة,,,,مثال,,' })).toMatchObject({
    given_name: 'دانة',
    family_name: 'مثال',
    name: 'دانة مثال',
  });
});

describe('attributes of the wrong kind', () => {
  it.each([
    ['an object', {}],
    ['a list', ['x']],
    ['true', true],
    ['null', null],
    ['nothing but spaces', '   '],
    ['a line break', 'a\r\nb'],
    ['an escape', '\u001b[31m'],
    ['half a surrogate pair', '\ud800'],
    ['a picture', 'A'.repeat(2000)],
  ])('are left out: %s', (_what, value) => {
    const claims = mapUserinfo({
      uuid: 'u',
      email: value,
      mobile: value,
      firstnameEN: value,
      gender: value,
      dob: value,
    });
    expect(claims).toEqual({ uaepass: { uuid: 'u' } });
  });

  it('markup is text like any other', () => {
    expect(mapUserinfo({ firstnameAR: '<b>x</b>' })).toMatchObject({ uaepass: { firstname_ar: '<b>x</b>' } });
  });

  it('a telephone or nationality that is none is only told as it came', () => {
    expect(mapUserinfo({ mobile: 'none', nationalityEN: 'India', dob: '01/02/1990' })).toEqual({
      uaepass: { mobile: 'none', nationality_en: 'India', dob: '01/02/1990' },
    });
  });
});

it('a birthdate in ISO form is told', () => {
  expect(mapUserinfo({ dob: '1990-02-01' })).toMatchObject({ birthdate: '1990-02-01' });
  expect(mapUserinfo({ dob: '1990-13-01' })).not.toHaveProperty('birthdate');
});

describe('the subject', () => {
  it.each([
    ['the uuid', { uuid: 'u', sub: 'UAEPASS/s' }, 'u'],
    ['sub without its prefix', { sub: 'UAEPASS/s' }, 's'],
    ['a bare sub, as web registration makes it', { sub: 's' }, 's'],
    ['sub for an empty uuid', { uuid: '', sub: 'UAEPASS/s' }, 's'],
    ['nobody', {}, null],
    ['no person for a prefix alone', { sub: 'UAEPASS/' }, null],
    ['no person for a uuid of the wrong kind', { uuid: { a: 1 } }, null],
  ])('is %s', (_what, raw, subject) => {
    expect(subjectOf(raw)).toBe(subject);
  });
});
