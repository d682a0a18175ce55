import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConfigError, resolveConfig } from '../../config/index.ts';
import { exampleConfig, type Harness, REQUEST, SHOP_ORIGIN, startHarness } from '../../test-support/harness.ts';

/** What a browser shows as `shop.example` with a Cyrillic `о`. */
const LOOKALIKE = 'https://xn--shp-ted.example/callback';

const clients = exampleConfig().clients.map((client) =>
  client.client_id === 'shop'
    ? {
        ...client,
        redirect_uris: [`${SHOP_ORIGIN}/callback`, LOOKALIKE],
        client_uri: 'https://www.shop.example/about?a=1&b="2"',
        policy_uri: 'https://www.shop.example/privacy',
        tos_uri: 'https://www.shop.example/terms',
      }
    : client,
);

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ clients, helpUrl: 'https://help.id.example/sign-in' });
});
afterAll(() => harness.close());

async function hosted(
  parameters: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const query = new URLSearchParams({ ...REQUEST, ...parameters });
  const answer = await fetch(`${harness.url}/authorize?${query.toString()}`, {
    headers: { accept: 'text/html', ...headers },
  });
  expect(answer.status).toBe(200);
  return answer.text();
}
const returnsTo = (page: string): string | undefined => /You return to <b>(.*?)<\/b>/.exec(page)?.[1];
const linksOf = (page: string): readonly string[] => [...page.matchAll(/<li><a (.*?)<\/a>/gs)].map(([, link]) => link!);

it('FT-C40d: the hosted page says to which host the person returns', async () => {
  const page = await hosted();
  expect(returnsTo(page)).toBe('shop.example');
  expect(page.indexOf('<footer'), 'beneath the card, without script too').toBeGreaterThan(page.indexOf('</noscript>'));
});

it('FT-C40d: a host that looks like another one is spelled as in the address', async () => {
  expect(returnsTo(await hosted({ redirect_uri: LOOKALIKE }))).toBe('xn--shp-ted.example');
});

it('FT-C40d: in a client’s frame it says neither that nor where to read more', async () => {
  const page = await hosted({}, { 'sec-fetch-dest': 'iframe' });
  expect(page).toContain('<beckon-signin');
  expect(returnsTo(page)).toBeUndefined();
  expect(linksOf(page)).toEqual([]);
});

it('FT-C40e: it links to the client’s pages and to the operator’s help, each in a tab of its own', async () => {
  const page = await hosted();
  const address = /href="(.*?)"/;
  expect(linksOf(page).map((link) => address.exec(link)?.[1])).toEqual([
    'https://www.shop.example/about?a=1&amp;b=&quot;2&quot;',
    'https://www.shop.example/privacy',
    'https://www.shop.example/terms',
    'https://help.id.example/sign-in',
  ]);
  for (const link of linksOf(page)) expect(link).toContain('target="_blank" rel="noopener noreferrer"');
  expect(page).toContain('<li lang="en">English</li>');
});

it('FT-C40e: a client without such pages has no such links', async () => {
  const page = await hosted({ client_id: 'strict' });
  expect(linksOf(page)).toHaveLength(1);
  expect(linksOf(page)[0]).toContain('https://help.id.example/sign-in');
});

describe('FT-C40e: such an address is https, or http on a loopback host', () => {
  const issuesWith = (uri: string): readonly string[] => {
    const config = exampleConfig();
    const [client, ...others] = config.clients;
    try {
      resolveConfig({
        ...config,
        helpUrl: uri,
        clients: [{ ...client!, client_uri: uri, policy_uri: uri, tos_uri: uri }, ...others],
      });
      return [];
    } catch (cause) {
      return (cause as ConfigError).issues.map(({ path }) => path);
    }
  };
  const ALL = ['clients[0].client_uri', 'clients[0].policy_uri', 'clients[0].tos_uri', 'helpUrl'];

  it.each(['https://shop.example/privacy#cookies', 'http://localhost:4401/privacy'])('%s', (uri) => {
    expect(issuesWith(uri)).toEqual([]);
  });
  it.each([
    'http://shop.example/privacy',
    'javascript:alert(1)',
    '/privacy',
    'https://a:b@shop.example/',
    'mailto:a@b.example',
  ])('and not %s', (uri) => {
    expect(issuesWith(uri).toSorted()).toEqual(ALL);
  });
});
