import { expect, it } from 'vitest';
import { assertConnector } from './assert-connector.ts';
import { type Connector, NO_CAPABILITIES } from './connector.ts';

const GOOD: Connector = {
  ...NO_CAPABILITIES,
  id: 'theirs',
  names: { en: 'Theirs' },
  button: null,
  modes: ['qr'],
  verifies: { number: false, network: false },
  upstream: { start: () => Promise.reject(new Error('not asked')), follow: () => [] as never, cancel: async () => {} },
};

it('a connector that keeps to the contract is taken, whatever it was made of', () => {
  expect(() => assertConnector('theirs', GOOD)).not.toThrow();
  expect(() => assertConnector('theirs', Object.create(GOOD) as Connector)).not.toThrow();
});

it.each<readonly [string, unknown, string]>([
  ['nothing', undefined, 'id'],
  ['another id: clients would not find it', { ...GOOD, id: 'other' }, 'id'],
  ['no name', { ...GOOD, names: {} }, 'names'],
  ['no mode', { ...GOOD, modes: [] }, 'modes'],
  ['a mode that is not known', { ...GOOD, modes: ['qr', 'fax'] }, 'modes'],
  ['nothing to say of what it verifies', { ...GOOD, verifies: undefined }, 'verifies.number'],
  ['a word for what it verifies', { ...GOOD, verifies: { number: 'no', network: false } }, 'verifies.number'],
  ['a text for what it reaches', { ...GOOD, reaches: 'high' }, 'reaches'],
  ['a store that is no address', { ...GOOD, install: { ios: 'App Store' } }, 'install'],
  ['a store that is not https', { ...GOOD, install: { other: 'http://apps.example/x' } }, 'install'],
  ['a script for a store', { ...GOOD, install: { android: 'javascript:alert(1)' } }, 'install'],
  ['a store for no device', { ...GOOD, install: { windows: 'https://apps.example/x' } }, 'install'],
  ['a capability that is left out', { ...GOOD, tokens: undefined }, 'tokens'],
  ['no way to sign in', { ...GOOD, upstream: null }, 'exactly one'],
  ['two ways to sign in', { ...GOOD, redirect: {} }, 'exactly one'],
])('a connector with %s keeps the server from starting', (_what, connector, why) => {
  expect(() => assertConnector('theirs', connector as never)).toThrow(new RegExp(`the connector theirs .*${why}`));
});
