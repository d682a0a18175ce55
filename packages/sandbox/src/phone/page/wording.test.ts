import { expect, test } from 'vitest';
import { DEMO_PEOPLE } from '../../people.ts';
import { browserName, countdown, dateText, failureText, initialOf, placeOf, sharedLines } from './wording.ts';

const CHROME = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

test.each([
  [`Mozilla/5.0 (X11; Linux x86_64) ${CHROME}`, 'Chrome on a Linux computer'],
  [`Mozilla/5.0 (X11; Linux x86_64) ${CHROME.replace('Chrome', 'HeadlessChrome')}`, 'Chrome on a Linux computer'],
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Edg/140.0.0.0`, 'Edge on a Windows computer'],
  [`Mozilla/5.0 (Linux; Android 10; K) ${CHROME.replace(' Safari', ' Mobile Safari')}`, 'Chrome on an Android phone'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:143.0) Gecko/20100101 Firefox/143.0', 'Firefox on a Mac'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
    'Safari on an iPhone',
  ],
  ['curl/8.5.0', 'curl/8.5.0'],
  ['x'.repeat(256), `${'x'.repeat(60)}…`],
])('reads the browser %s', (userAgent, name) => {
  expect(browserName(userAgent)).toBe(name);
});

test.each([
  [true, '192.0.2.…', 'Your network', /^$/],
  [false, '192.0.2.…', '192.0.2.…', /another network/],
  [null, '192.0.2.…', '192.0.2.…', /^$/],
  [false, '127.0.0.…', null, /another network/],
  [null, '127.0.0.…', null, /^$/],
])('where same_network is %s, %s is told as %s, with doubt %s', (same_network, address, network, doubt) => {
  const place = placeOf({
    user_agent: `Mozilla/5.0 (X11; Linux x86_64) ${CHROME}`,
    address,
    same_network,
    origin: null,
  });
  expect([place.screen, place.network]).toEqual(['Chrome on a Linux computer', network]);
  expect(place.doubt ?? '').toMatch(doubt);
});

test('what an app is told in place of the browser stands alone', () => {
  const requester = { user_agent: '', address: 'Didit does not say', same_network: null, origin: null };
  expect(placeOf(requester)).toEqual({ screen: 'Didit does not say', network: null, doubt: null });
});

test('tells what is shared with its value, each thing once, and nothing that the wallet does not have', () => {
  const scopes = [
    { scope: 'openid', claims: ['sub'] },
    { scope: 'profile', claims: ['name', 'given_name', 'family_name', 'picture', 'birthdate', 'locale'] },
    { scope: 'email', claims: ['email', 'email_verified'] },
    { scope: 'address', claims: ['address'] },
    { scope: 'offline_access', claims: [] },
    { scope: 'orders', claims: [] },
  ];
  expect(sharedLines(scopes, DEMO_PEOPLE[2]?.claims ?? {})).toEqual([
    { label: 'Name', value: 'Chloé Modèle' },
    { label: 'Birth date', value: '30 July 2001' },
    { label: 'Language', value: 'French (France)' },
    { label: 'Email', value: 'chloe@example.com (not verified)' },
    { label: 'Address', value: '3 rue du Modèle, 99999 Villefictive, France' },
    { label: 'Account ID', value: 'Yours at this website' },
    { label: 'Access', value: 'Also while you are away' },
    { label: 'Also', value: 'orders' },
  ]);
});

test('parts of a name are told by themselves where the whole is not shared', () => {
  const scopes = [{ scope: 'custom', claims: ['given_name', 'shoe_size'] }];
  expect(sharedLines(scopes, { given_name: 'Alma', name: 'Alma Exempel', shoe_size: 38 })).toEqual([
    { label: 'Given name', value: 'Alma' },
    { label: 'Shoe size', value: '38' },
  ]);
});

test('a birth date with no year stays as it is', () => {
  expect(dateText('0000-04-17x')).toBe('0000-04-17x');
});

test.each([
  ['émile', 'É'],
  ['e\u0301mile', 'E\u0301'],
  ['', ''],
])('the initial of %j is %j', (text, initial) => {
  expect(initialOf(text)).toBe(initial);
});

test.each([
  [300_000, '5:00'],
  [245_000, '4:05'],
  [1, '0:01'],
  [-5_000, '0:00'],
])('%i ms are %s', (ms, text) => {
  expect(countdown(ms)).toBe(text);
});

test('every failure says what to do next, known or not', () => {
  for (const code of ['qr_stale', 'verification_failed', 'something_new'])
    expect(failureText(code)).toEqual({ title: expect.any(String) as string, text: expect.any(String) as string });
});
