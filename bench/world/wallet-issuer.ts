/** The issuer of a wallet app's tokens, in the process that asks: the server fetches its keys once. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, decodeJwt, exportJWK, generateKeyPair } from 'jose';

export interface WalletIssuer {
  readonly issuer: string;
  readonly clientId: string;
  /** An access token that approves sign-ins of the server for an hour. @param person the token's `sub` */
  token(server: string, person: string): Promise<string>;
  close(): Promise<void>;
}

/** @param claims where it says who a person is: at its userinfo endpoint, or in the token and nowhere else */
export async function startWalletIssuer(claims: 'userinfo' | 'token' = 'userinfo'): Promise<WalletIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const key = { ...(await exportJWK(publicKey)), kid: 'bench', alg: 'ES256' };
  const server = createServer((request, response) => {
    const answers: Readonly<Record<string, () => unknown>> = {
      '/.well-known/openid-configuration': () => ({
        issuer,
        jwks_uri: `${issuer}/jwks`,
        ...(claims === 'userinfo' ? { userinfo_endpoint: `${issuer}/me` } : {}),
      }),
      '/jwks': () => ({ keys: [key] }),
      // Its own tokens come back: there is nothing to verify.
      '/me': () => {
        const { sub } = decodeJwt(request.headers.authorization?.slice('Bearer '.length) ?? '');
        return { sub, name: 'Ada Lovelace', email: 'ada@example.com', email_verified: true };
      },
    };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answers[request.url ?? '']?.() ?? {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clientId = 'phone';
  return {
    issuer,
    clientId,
    token: (audience, person) =>
      new SignJWT({
        client_id: clientId,
        scope: 'openid email beckon:approve',
        name: 'Ada Lovelace',
        email: 'ada@example.com',
      })
        .setProtectedHeader({ alg: 'ES256', kid: 'bench', typ: 'at+jwt' })
        .setIssuer(issuer)
        .setSubject(person)
        .setAudience(`${audience}/session`)
        .setExpirationTime('1h')
        .sign(privateKey),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
