import type { Client } from '../session/index.ts';

const LOOPBACK = /^http:\/\/(127\.0\.0\.1|\[::1\])(?::\d{1,5})?(\/.*)?$/s;

/**
 * Whether the client registered this redirect URI: the same text, character by character (RFC 9700
 * §2.1). A native app listens on whatever port is free, so there the port of a loopback address may
 * differ (RFC 8252 §7.3); `localhost` is no such address (§8.3).
 */
export function isRegistered(client: Client, redirectUri: string): boolean {
  if (client.redirect_uris.includes(redirectUri)) return true;
  if (client.application_type !== 'native') return false;
  const asked = withoutPort(redirectUri);
  return asked !== null && client.redirect_uris.some((registered) => withoutPort(registered) === asked);
}

function withoutPort(uri: string): string | null {
  const match = LOOPBACK.exec(uri);
  return match === null || !URL.canParse(uri) ? null : `http://${match[1]}${match[2] ?? ''}`;
}
