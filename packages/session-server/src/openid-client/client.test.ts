import { expect, it } from 'vitest';
import { connectorContext } from '../testing/index.ts';
import { introspectToken, type OpenIdClient } from './index.ts';

/** What a provider was sent by a client of this id and secret, at this address. */
async function sent(
  authentication: OpenIdClient['authentication'],
  introspection_endpoint = 'https://provider.example/introspect',
): Promise<readonly { readonly url: string; readonly init: RequestInit | undefined }[]> {
  const calls: { url: string; init: RequestInit | undefined }[] = [];
  const context = connectorContext({
    fetch: (url, init) => {
      calls.push({ url: new Request(url).url, init });
      return Promise.resolve(Response.json({ active: true }));
    },
  });
  const server = { issuer: 'https://provider.example', introspection_endpoint };
  await introspectToken(context, { name: 'Example', server, authentication, keys: null }, 'the-token').catch(
    () => null,
  );
  return calls;
}

it('Basic encodes what RFC 6749 says, and leaves what many providers would not decode', async () => {
  const [call] = await sent({ method: 'client_secret_basic', client_id: 'my-app_1.0', client_secret: 'a b:c+d' });
  const header = new Headers(call?.init?.headers).get('authorization') ?? '';
  expect(Buffer.from(header.replace('Basic ', ''), 'base64').toString()).toBe('my-app_1.0:a+b%3Ac%2Bd');
  expect(call?.init?.body).toBe('token=the-token');
});

it('a public client says who it is, and nothing else', async () => {
  const [call] = await sent({ method: 'none', client_id: 'app' });
  expect(new Headers(call?.init?.headers).has('authorization')).toBe(false);
  expect(call?.init?.body).toBe('token=the-token&client_id=app');
});

it.each(['http://provider.example/introspect', 'http://127.0.0.1.evil.example/introspect'])(
  'no secret goes to %s',
  async (address) => {
    expect(await sent({ method: 'client_secret_post', client_id: 'app', client_secret: 's' }, address)).toEqual([]);
  },
);

it('http on a loopback host is for development', async () => {
  expect(await sent({ method: 'none', client_id: 'app' }, 'http://127.0.0.1:4402/introspect')).toHaveLength(1);
});
