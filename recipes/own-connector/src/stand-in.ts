/** Acme Approve's API as its documentation would have it, for tests: approvals, keys, and the directory. */
import { randomUUID } from 'node:crypto';
import { type IncomingMessage, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';

export interface StandIn {
  readonly url: string;
  /** The employee scans or taps the link, and decides. Rejects where there is no such approval. */
  decide(link: string, decision: 'approve' | 'decline'): Promise<void>;
  /** The newest approval runs out. */
  expire(): void;
  close(): Promise<void>;
}

interface Approval {
  status: 'waiting' | 'opened' | 'approved' | 'declined' | 'expired';
  readonly nonce: string;
  id_token?: string;
}

const ADA = { sub: 'e-1815', name: 'Ada Lovelace', email: 'ada@acme.example' };
const LIFETIME_S = 120;

export async function startStandIn(clientId: string, apiKey: string): Promise<StandIn> {
  const approvals = new Map<string, Approval>();
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: '1', alg: 'ES256', use: 'sig' }] };

  const answer = async (request: IncomingMessage): Promise<[status: number, body?: object]> => {
    if (request.headers.authorization !== `Bearer ${apiKey}`) return [401, { error: 'unauthorized' }];
    const [, what = '', id = ''] = (request.url ?? '').split('/');
    const approval = approvals.get(id);
    switch (`${request.method} /${what}`) {
      case 'GET /jwks.json':
        return [200, jwks];
      case 'GET /employees':
        return id === ADA.sub ? [200, ADA] : [404, { error: 'not_found' }];
      case 'POST /approvals': {
        const { nonce } = JSON.parse(await text(request)) as { readonly nonce: string };
        const fresh = randomUUID();
        approvals.set(fresh, { status: 'waiting', nonce });
        const expires_at = Math.floor(Date.now() / 1000) + LIFETIME_S;
        return [201, { id: fresh, link: `https://approve.acme.example/a/${fresh}`, expires_at }];
      }
      case 'GET /approvals':
        if (approval === undefined) return [404, { error: 'not_found' }];
        return [200, { status: approval.status, id_token: approval.id_token }];
      case 'DELETE /approvals':
        return [approvals.delete(id) ? 204 : 404];
      default:
        return [404, { error: 'not_found' }];
    }
  };
  const server = createServer((request, response) => {
    void (async () => {
      const [status, body] = await answer(request);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(body === undefined ? '' : JSON.stringify(body));
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const find = (link: string): Approval => {
    const approval = approvals.get(link.split('/').at(-1) ?? '');
    if (approval === undefined) throw new Error('there is no such approval');
    return approval;
  };
  return {
    url,
    async decide(link, decision) {
      const approval = find(link);
      approval.status = decision === 'approve' ? 'approved' : 'declined';
      if (decision === 'decline') return;
      approval.id_token = await new SignJWT({ nonce: approval.nonce })
        .setProtectedHeader({ alg: 'ES256', kid: '1' })
        .setIssuer(url)
        .setAudience(clientId)
        .setSubject(ADA.sub)
        .setIssuedAt()
        .setExpirationTime('2 minutes')
        .sign(privateKey);
    },
    expire() {
      const newest = [...approvals.values()].at(-1);
      if (newest !== undefined) newest.status = 'expired';
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function text(request: IncomingMessage): Promise<string> {
  let read = '';
  for await (const chunk of request) read += String(chunk);
  return read;
}
