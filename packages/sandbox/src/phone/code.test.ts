import { expect, test } from 'vitest';
import { readCode } from './code.ts';

const OWN = { base: 'http://127.0.0.1:4402', beckonIssuer: 'https://id.example.com', codesAt: null };
const ID = 'ABCDEFGHJKMNPQRSTVWXYZ2345';
const MAC = 'BCDFGHJKLMNPQRSTVWXZ234567';
const CODE = { session_id: ID, step: '17', mac: MAC };
const QR = `HTTPS://ID.EXAMPLE.COM/Q/${ID}.17.${MAC}`;

test.each([
  ['a QR code, upper case', QR],
  ['a link with lower-case scheme, host and path', `https://id.example.com/q/${ID}.17.${MAC}`],
  ['a code with the default port', `https://id.example.com:443/Q/${ID}.17.${MAC}`],
  ['pasted text with white space around it', `\n  ${QR} `],
  ['the app link', `http://127.0.0.1:4402/phone#text=${encodeURIComponent(QR)}`],
  ['the app link by the other name', `http://localhost:4402/phone#text=${encodeURIComponent(QR)}`],
])('reads %s', (_what, text) => {
  expect(readCode(text, OWN)).toEqual(CODE);
});

test.each([`https://id.example.com/tenant/q/${ID}.17.${MAC}`, QR])(
  'with an issuer that has a path, reads %s',
  (text) => {
    expect(readCode(text, { ...OWN, beckonIssuer: 'https://id.example.com/tenant' })).toEqual(CODE);
  },
);

test('reads a code that leads to where the session server says its codes lead', () => {
  const codesAt = 'http://192.168.1.5:4400';
  const text = `HTTP://192.168.1.5:4400/Q/${ID}.17.${MAC}`;
  expect(readCode(text, { ...OWN, codesAt })).toEqual(CODE);
  expect(() => readCode(text, OWN)).toThrow('this phone only trusts');
});

test('keeps the parts as they were written: whose case counts is for Beckon to know', () => {
  expect(readCode(QR.toLowerCase(), OWN).session_id).toBe(ID.toLowerCase());
});

test.each([
  ['no address', 'hello'],
  ['another host: the token would go to a stranger', `https://evil.example/q/${ID}.17.${MAC}`],
  ['the host as a prefix of another', `https://id.example.com.evil.example/q/${ID}.17.${MAC}`],
  ['the host as a user name', `https://id.example.com@evil.example/q/${ID}.17.${MAC}`],
  ['a user name', `https://me@id.example.com/q/${ID}.17.${MAC}`],
  ['another scheme', `http://id.example.com/q/${ID}.17.${MAC}`],
  ['another port', `https://id.example.com:8443/q/${ID}.17.${MAC}`],
  ['another prefix', `https://id.example.com/x/${ID}.17.${MAC}`],
  ['a path that climbs', `https://id.example.com/q/../session/${ID}.17.${MAC}`],
  ['a part too few', `https://id.example.com/q/${ID}.${MAC}`],
  ['a part too many', `https://id.example.com/q/${ID}.17.${MAC}.x`],
  ['percent-encoding in the parts', `https://id.example.com/q/${ID}%2F.17.${MAC}`],
  ['a query', `https://id.example.com/q/${ID}.17.${MAC}?next=1`],
  ['a fragment', `https://id.example.com/q/${ID}.17.${MAC}#x`],
  [
    'an app link around an app link',
    `http://127.0.0.1:4402/phone#text=${encodeURIComponent(`http://127.0.0.1:4402/phone#text=${QR}`)}`,
  ],
  ['an app link with nothing in it', 'http://127.0.0.1:4402/phone'],
  ['a script', 'javascript:alert(1)'],
])('refuses %s', (_what, text) => {
  expect(() => readCode(text, OWN)).toThrow(expect.objectContaining({ code: 'unrecognised_code' }));
});
