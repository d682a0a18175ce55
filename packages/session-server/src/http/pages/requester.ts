import type { LinkPreview } from '../../flow/index.ts';
import { readableAddress } from '../../session/index.ts';
import { type Html, html } from './html.ts';
import { readableAge, readableUserAgent } from './readable-user-agent.ts';

/** The screen on which the sign-in was begun, as a person who holds the phone reads it: what it is, since when, and whether it is near. */
export function requesterLines({ user_agent, age_ms, address, networks }: LinkPreview['requester']): Html {
  const where = networkOf(address, networks);
  return html`<span class="requester">${readableUserAgent(user_agent)}, ${readableAge(age_ms)}</span
    >${where === null ? null : html` <span class="network" ${networks === 'other' ? html`data-doubt` : null}>${where}</span>`}`;
}

/** An address helps only where it is another one; this machine's own says nothing, and is a proxy's as often. */
function networkOf(address: string, networks: LinkPreview['requester']['networks']): string | null {
  if (networks === 'same') return 'From your network';
  const shown = isOwn(address) ? null : readableAddress(address);
  if (networks === 'other') return shown === null ? 'From another network' : `From another network: ${shown}`;
  return shown === null ? null : `From the network ${shown}`;
}

function isOwn(address: string): boolean {
  return /^(?:::ffff:)?127\.|^::1$|^$|^unknown$/.test(address);
}

/** What a person is told first who might be looking at another screen than they think. */
const NETWORK_DOUBT: Readonly<Partial<Record<NonNullable<LinkPreview['requester']['networks']>, string>>> = {
  other: 'That screen is on another network than this phone. Is it yours?',
  unknown: 'We cannot tell whether that screen is on the same network as this phone. Is it yours?',
};

export function networkDoubt({ networks }: LinkPreview['requester']): string | null {
  return networks === null ? null : (NETWORK_DOUBT[networks] ?? null);
}
