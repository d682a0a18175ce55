import { expect, it } from 'vitest';
import type { Client } from '../session/index.ts';
import { isRegistered } from './redirect-uri.ts';

const client = (application_type: 'web' | 'native', ...redirect_uris: string[]): Client =>
  ({ application_type, redirect_uris }) as unknown as Client;

it.each([
  'https://shop.example/callback/',
  'https://shop.example/callback?x=1',
  'https://shop.example/callback#x',
  'https://SHOP.example/callback',
  'https://shop.example:443/callback',
  'https://shop.example/./callback',
  'https://shop.example/callback%20',
  'https://shop.example.evil.example/callback',
  'https://shop.example@evil.example/callback',
  'http://shop.example/callback',
])('does not take %s for https://shop.example/callback', (uri) => {
  expect(isRegistered(client('web', 'https://shop.example/callback'), uri)).toBe(false);
});

it.each(['http://127.0.0.1:49152/cb', 'http://127.0.0.1:1/cb', 'http://127.0.0.1/cb'])(
  'lets a native app listen on any port: %s',
  (uri) => {
    expect(isRegistered(client('native', 'http://127.0.0.1:8080/cb'), uri)).toBe(true);
    expect(isRegistered(client('web', 'http://127.0.0.1:8080/cb'), uri), 'a web client varies no port').toBe(false);
  },
);

it('knows the loopback address of IPv6', () => {
  expect(isRegistered(client('native', 'http://[::1]/cb'), 'http://[::1]:5000/cb')).toBe(true);
});

it.each([
  'http://localhost:5000/cb',
  'https://127.0.0.1:5000/cb',
  'http://127.0.0.1:5000/other',
  'http://127.0.0.1:5000/cb?x',
  'http://127.0.0.1:99999/cb',
  'http://127.0.0.1:5000@evil.example/cb',
  'http://127.0.0.1.evil.example:5000/cb',
  'http://127.0.0.2:5000/cb',
])('does not take %s for a native app at http://127.0.0.1/cb', (uri) => {
  expect(isRegistered(client('native', 'http://127.0.0.1/cb'), uri)).toBe(false);
});

it('varies no port of localhost, which a resolver may send elsewhere', () => {
  expect(isRegistered(client('native', 'http://localhost/cb'), 'http://localhost:5000/cb')).toBe(false);
});
