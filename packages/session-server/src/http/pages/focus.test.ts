import { expect, it } from 'vitest';
import { claimPage, finishPage, goOnPage } from './phone-page.ts';
import { startPage } from './start-page.ts';

const client = { name: 'Shop', logo_uri: null, origin: 'https://shop.example' };
const names = { en: 'UAE PASS' };
const preview = {
  client,
  app: { type: 'provider', names, asks: null },
  requester: { address: '192.0.2.1', user_agent: '', age_ms: 0, networks: null },
  scopes: [],
} as const;

it.each([
  ['the claim', claimPage(preview, preview.app, 'token')],
  ['the way on', goOnPage(client, 'UAE PASS')],
  [
    'the last step',
    finishPage({ client, person: null, state: 's', app_names: names, requester: preview.requester }, 'uaepass'),
  ],
  ['the link on the same device', startPage(client, 'UAE PASS', 'token')],
])('FT-C6h: no key that was pressed too long ends a sign-in on the page of %s', (_, page) => {
  expect(page).toContain('value="not_me"');
  expect(page).not.toContain('autofocus');
});
