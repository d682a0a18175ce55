/** An identity app's issuer and its phone, as small as they can be: one person, one key, the wallet API. */
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';

export interface Phone {
  /** The issuer to configure `wallet()` with; the app's client id is `phone`. */
  readonly issuer: string;
  /** Scans a QR code's text and approves what it asks for, at the session server `server`. */
  approve(text: string, server: string): Promise<void>;
  close(): Promise<void>;
}

export async function startPhone(person: { readonly sub: string; readonly name: string }): Promise<Phone> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const keys = [{ ...(await exportJWK(publicKey)), alg: 'ES256' }];
  const http = createServer((request, response) => {
    const answer = request.url === '/jwks' ? { keys } : { issuer, jwks_uri: `${issuer}/jwks` };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  const issuer = await listen(http);

  return {
    issuer,
    async approve(text, server) {
      const token = await new SignJWT({ ...person, client_id: 'phone', scope: 'beckon:approve' })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
        .setIssuer(issuer)
        .setAudience(`${server}/session`)
        .setExpirationTime('5 minutes')
        .sign(privateKey);
      const [id = '', step = '', mac = ''] = text.slice(text.lastIndexOf('/') + 1).split('.');
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const session = `${server}/session/${id.toLowerCase()}`;
      const consent = await json(fetch(`${session}/information?${new URLSearchParams({ step, mac })}`, { headers }));
      const decision = {
        decision: 'approve',
        accepted_scopes: ['openid', 'profile'],
        retrieval_token: consent['retrieval_token'],
      };
      await json(fetch(`${session}/update`, { method: 'POST', headers, body: JSON.stringify(decision) }));
    },
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export async function json(answer: Promise<Response>): Promise<Record<string, unknown>> {
  const response = await answer;
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}
