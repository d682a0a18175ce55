import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AnsweringProvider, startAnsweringProvider } from '../test-support/answering-provider.ts';
import { connectorContext } from '../testing/index.ts';
import { isPublicName } from '../outbound/index.ts';
import { createDiscovery, type Discovered, openIdDocument } from './discovery.ts';

let issuer = '';
let changes: Record<string, unknown> = {};
let provider: AnsweringProvider;

beforeAll(async () => {
  provider = await startAnsweringProvider(() => {
    const endpoints = { authorization_endpoint: `${issuer}/a`, token_endpoint: `${issuer}/t`, jwks_uri: `${issuer}/j` };
    return { body: { issuer, ...endpoints, ...changes } };
  });
  issuer = provider.base;
});
afterAll(() => provider.close());

const discover = (
  named: Record<string, unknown>,
  allowedHosts: readonly string[] | null = null,
): Promise<Discovered> => {
  changes = named;
  const discovery_url = `${issuer}/.well-known/openid-configuration`;
  const source = { name: 'Example', issuer, discovery_url, schema: openIdDocument, allowedHosts };
  return createDiscovery(connectorContext(), source)();
};

describe('FT-A9a: a discovery document', () => {
  it.each([
    ['userinfo_endpoint', 'https://169.254.169.254/latest'],
    ['token_endpoint', 'https://10.0.0.7/token'],
    ['jwks_uri', 'https://[fd00::1]/jwks'],
    ['jwks_uri', 'https://2130706433/jwks'],
    ['jwks_uri', 'http://localhost:9200/_search'],
    ['revocation_endpoint', 'https://vault/revoke'],
    ['pushed_authorization_request_endpoint', 'https://db.internal/par'],
  ])('that names its %s on this network (%s) is refused, where no host was named', async (member, address) => {
    await expect(discover({ [member]: address })).rejects.toMatchObject({
      code: 'connector_unavailable',
      detail: `Example: discovery: its ${member} is on a host that is not in allowedHosts`,
    });
  });

  it.each(['/', '/other'])('names its issuer to the letter: one that ends in %s is another', async (ending) => {
    await expect(discover({ issuer: issuer + ending })).rejects.toMatchObject({
      code: 'connector_unavailable',
      detail: 'Example: discovery: the document names another issuer than is configured',
    });
  });

  it.each<[string, unknown]>([
    ['token_endpoint', undefined],
    ['jwks_uri', 'javascript:alert(1)'],
    ['userinfo_endpoint', 'http://provider.example.com/userinfo'],
  ])('with the %s %j is of no use', async (member, value) => {
    await expect(discover({ [member]: value })).rejects.toMatchObject({ code: 'connector_unavailable' });
  });

  it('may name any public host, where none was named', async () => {
    await expect(discover({ jwks_uri: 'https://keys.example.com/jwks' })).resolves.toMatchObject({ issuer });
  });

  it('may name only the hosts that the operator named', async () => {
    const allowed = [new URL(issuer).host, 'keys.example.com:8443'];
    await expect(discover({ jwks_uri: 'https://keys.example.com:8443/jwks' }, allowed)).resolves.toMatchObject({
      issuer,
    });
    for (const other of ['https://keys.example.com/jwks', 'https://keys.example.com.evil.example:8443/jwks'])
      await expect(discover({ jwks_uri: other }, allowed)).rejects.toMatchObject({ code: 'connector_unavailable' });
  });
});

it.each([
  ['example.com', true],
  ['login.example.co.uk:8443', true],
  ['xn--bcher-kva.example', true],
  ['localhost', false],
  ['api.localhost:443', false],
  ['printer.local.', false],
  ['127.0.0.1', false],
  ['[::1]:8080', false],
  ['intranet', false],
  ['home.arpa', false],
])('%s is a public name: %s', (host, is) => {
  expect(isPublicName(host)).toBe(is);
});
