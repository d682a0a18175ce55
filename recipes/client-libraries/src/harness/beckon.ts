/** Beckon with one website as its client, and a wallet whose person is Ada Lovelace. */
import { randomBytes } from 'node:crypto';
import { type ClientConfig, createSessionServer, wallet } from '@beckon/session-server';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import { listen } from './tls.ts';

const ADA = { sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.com', email_verified: true };
const WALLET_ID = 'the-wallet';

export interface Beckon {
  /** The issuer identifier, which is its address. */
  readonly url: string;
  readonly client_id: string;
  readonly client_secret: string;
  /**
   * Ada scans a code and approves.
   * @param numberOnScreen called after the scan: the two digits that the browser shows by then; null where it shows none
   */
  approve(code: string, numberOnScreen: () => Promise<string | null>): Promise<void>;
  /** Ada scans a code and declines. */
  decline(code: string): Promise<void>;
  close(): Promise<void>;
}

export type Registration = Pick<ClientConfig, 'redirect_uris'> & Partial<ClientConfig>;

export async function startBeckon(registration: Registration): Promise<Beckon> {
  const [front, keys] = await Promise.all([listen(), listen()]);
  const url = `https://localhost:${front.port}`;
  const walletIssuer = `https://localhost:${keys.port}`;

  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: '1', alg: 'ES256' }] });
  const discovery = JSON.stringify({ issuer: walletIssuer, jwks_uri: `${walletIssuer}/jwks` });
  keys.serve((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(request.url === '/jwks' ? jwks : discovery);
  });

  const secret = (): string => randomBytes(32).toString('base64url');
  const [client_id, client_secret] = ['shop', secret()];
  const isPublic = registration.token_endpoint_auth_method === 'none';
  const server = await createSessionServer(
    {
      issuer: url,
      store: 'sqlite::memory:',
      secret: secret(),
      subjectSecret: secret(),
      clients: [
        {
          client_id,
          ...(isPublic ? {} : { client_secret }),
          client_name: 'Shop',
          scope: 'openid profile email',
          ...registration,
        },
      ],
      connectors: [wallet({ issuers: [{ issuer: walletIssuer, clientIds: [WALLET_ID] }] })],
    },
    { logLevel: 'silent' },
  );
  front.serve(server.listener);

  const scan = async (code: string) => {
    const token = await new SignJWT({ ...ADA, client_id: WALLET_ID, scope: 'beckon:approve' })
      .setProtectedHeader({ alg: 'ES256', kid: '1', typ: 'at+jwt' })
      .setIssuer(walletIssuer)
      .setAudience(`${url}/session`)
      .setExpirationTime('5 minutes')
      .sign(privateKey);
    const [id, step, mac] = code.slice(code.lastIndexOf('/') + 1).split('.');
    const authorization = `Bearer ${token}`;
    const asked = await fetch(`${url}/session/${id}/information?step=${step}&mac=${mac}`, {
      headers: { authorization },
    });
    const { retrieval_token } = (await read(asked)) as { readonly retrieval_token: string };
    return async (decision: Readonly<Record<string, unknown>>): Promise<void> => {
      const headers = { authorization, 'content-type': 'application/json' };
      const body = JSON.stringify({ retrieval_token, ...decision });
      await read(await fetch(`${url}/session/${id}/update`, { method: 'POST', headers, body }));
    };
  };

  return {
    url,
    client_id,
    client_secret,
    async approve(code, numberOnScreen) {
      const decide = await scan(code);
      const accepted_scopes = ['openid', 'profile', 'email', 'offline_access'];
      await decide({ decision: 'approve', accepted_scopes, verification: await numberOnScreen() });
    },
    async decline(code) {
      const decide = await scan(code);
      await decide({ decision: 'decline' });
    },
    async close() {
      await server.close();
      await Promise.all([front.close(), keys.close()]);
    },
  };
}

async function read(response: Response): Promise<unknown> {
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
  return response.json();
}
