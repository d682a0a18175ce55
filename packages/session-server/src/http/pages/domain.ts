import type { Consent } from '../../flow/index.ts';

/** Where the sign-in ends. An app's own scheme has no host: its name is all there is (RFC 8252 §7.1). */
export function domainOf(client: Pick<Consent['client'], 'name' | 'origin'>): string {
  return new URL(client.origin).host || client.origin.split(':')[0] || client.name;
}
