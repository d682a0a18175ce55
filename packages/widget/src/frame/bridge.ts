/**
 * The talk between a page and the sign-in page in its iframe.
 *
 * The host (the page's script) creates the iframe and listens before anything loads. The guest (the
 * hosted sign-in page, run by the session server) says `ready` when it runs, addressed to the exact
 * origins that the server allows for this client, so that no other page can be the one that hears.
 * The host answers `hello`, with the theme and locale that it wishes. From then on the guest knows
 * its host: its window is the parent and its origin the one that `hello` came from, which must be
 * one of the allowed. It says `size` whenever its height changes, `status` whenever the session's
 * does, `error` when no session can be had, and in the end `redirect`: the host then takes the top
 * page there.
 *
 * When no `hello` comes within 1.5 s there is no script around the iframe. The guest then tries to
 * take the top page to the redirect by itself, which browsers allow without a click only towards
 * the top page's own site, and shows a link besides. A `hello` that comes late is welcome.
 *
 * Neither believes a message whose source window or origin is not the other's. Nothing secret is
 * said before the host is known; `redirect` carries the authorization code, so it goes to the
 * exact origin or nowhere.
 */
import { BRIDGE_CHANNEL, type BridgeMessage } from '@beckon/protocol';

type WithoutChannel<M> = M extends unknown ? Omit<M, 'channel'> : never;
export type Utterance = WithoutChannel<BridgeMessage>;

/** `origin` is exact, never `*`. */
export function say(to: Pick<Window, 'postMessage'>, origin: string, utterance: Utterance): void {
  to.postMessage({ channel: BRIDGE_CHANNEL, ...utterance }, origin);
}
