/**
 * npm's `oidc-provider` with its own in-memory adapter: a confidential client, ES256, PAR, the code flow, and the device grant
 * (RFC 8628). People are known and agree at once, so that no page of ours is measured.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

const [, , client_id = '', client_secret = '', redirect_uri = ''] = process.argv;
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const server = createServer();
// As ours: a connection may be idle while the others are measured.
server.keepAliveTimeout = 65_000;
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const provider = new Provider(url, {
  clients: [
    {
      client_id,
      client_secret,
      redirect_uris: [redirect_uri],
      grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:device_code'],
      response_types: ['code'],
      id_token_signed_response_alg: 'ES256',
    },
  ],
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: 'bench' }] },
  cookies: { keys: [randomBytes(32).toString('base64url')] },
  claims: { openid: ['sub'], email: ['email', 'email_verified'] },
  scopes: ['openid', 'email'],
  // Seconds. Without them it says at every start what its defaults are.
  ttl: {
    AccessToken: 3600,
    AuthorizationCode: 60,
    DeviceCode: 600,
    Grant: 3600,
    IdToken: 3600,
    Interaction: 600,
    Session: 3600,
  },
  features: {
    devInteractions: { enabled: false },
    pushedAuthorizationRequests: { enabled: true },
    deviceFlow: {
      enabled: true,
      userCodeInputSource: (context, form) => page(context, form),
      userCodeConfirmSource: (context, form) => page(context, form),
      successSource: (context) => page(context, ''),
    },
  },
  interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
  findAccount: (_context, sub) => ({
    accountId: sub,
    claims: () => ({ sub, email: 'ada@example.com', email_verified: true }),
  }),
});

const answer = provider.callback();
server.on('request', (request, response) => {
  if (request.url?.startsWith('/interaction/') !== true) return void answer(request, response);
  void (async () => {
    const { params } = await provider.interactionDetails(request, response);
    const grant = new provider.Grant({ accountId: 'ada', clientId: String(params['client_id']) });
    grant.addOIDCScope('openid email');
    const consent = { grantId: await grant.save() };
    await provider.interactionFinished(request, response, { login: { accountId: 'ada' }, consent });
  })();
});
process.stdout.write(`listening on ${url}\n`);

function page(context: { body: unknown }, form: string): void {
  context.body = `<!doctype html><title>Sign in</title>${form}`;
}
