import { createHash, randomBytes } from 'node:crypto';
import type {
  Connector,
  RedirectOutcome,
  RedirectStart,
} from '../../packages/session-server/src/connectors/connector.ts';

/** What flow would begin a redirect with. */
export function redirectStart(callback_uri: string, request: Partial<RedirectStart['request']> = {}): RedirectStart {
  const secret = (): string => createHash('sha256').update(randomBytes(16)).digest('base64url');
  return {
    callback_uri,
    state: secret(),
    nonce: secret(),
    code_verifier: secret(),
    mode: 'qr',
    reauthenticate: true,
    request: {
      client_id: 'shop',
      client_name: 'Shop',
      scope: ['openid', 'profile', 'email'],
      prompt: [],
      linking: false,
      max_age: null,
      login_hint: null,
      ui_locales: ['en'],
      acr_values: [],
      ...request,
    },
  };
}

export async function beginAt(connector: Connector, start: RedirectStart): Promise<string> {
  if (connector.redirect === null) throw new Error('it does not redirect');
  return (await connector.redirect.begin(start)).location;
}

/** @param location the callback, as the browser would open it */
export async function finishWith(
  connector: Connector,
  start: RedirectStart,
  location: string,
): Promise<RedirectOutcome> {
  if (connector.redirect === null) throw new Error('it does not redirect');
  return connector.redirect.finish({ ...start, parameters: new URL(location).searchParams, providerState: null });
}
