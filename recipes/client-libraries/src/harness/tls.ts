/**
 * Servers with a certificate that this process trusts. Libraries refuse an issuer without https; with it they need no
 * setting that a real website must not have. It wants the program `openssl`.
 */
import { execFileSync } from 'node:child_process';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

const [key = '', cert = ''] =
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
      .concat(['-keyout', '-', '-out', '-', '-days', '2', '-subj', '/CN=localhost'])
      .concat(['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']),
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  ).match(/-----BEGIN [\s\S]*?-----END .*-----/g) ?? [];
setDefaultCACertificates([...getCACertificates('default'), cert]);

/** PEM, for programs that must be told whom to trust. */
export const CERTIFICATE: string = cert;

export interface Listening {
  readonly port: number;
  /** What answers from now on: before that, requests wait. */
  serve(listener: RequestListener): void;
  close(): Promise<void>;
}

/** An https server on a free port of 127.0.0.1: what it serves may depend on the port. */
export async function listen(): Promise<Listening> {
  const { promise, resolve } = Promise.withResolvers<RequestListener>();
  const server = createServer({ key, cert }, (request, response) => {
    void promise.then((listener) => listener(request, response));
  });
  await new Promise<void>((ready) => {
    server.listen(0, '127.0.0.1', ready);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    serve: resolve,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
