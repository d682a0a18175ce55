import { isText } from './guards.ts';
import type { Status } from './snapshot.ts';

/**
 * What the page in the iframe tells the page that hosts it, by `postMessage` to the exact origin.
 *
 * The guest (the hosted sign-in page) says `ready` once; the host answers `hello` with what it
 * wants the guest to look like, and learns its own origin is accepted when messages follow. Every
 * message carries `channel`, so that other scripts' messages on the same window are passed over.
 */
export const BRIDGE_CHANNEL = 'beckon.frame.v1';

/** What the guest says. */
export type GuestMessage = { readonly channel: typeof BRIDGE_CHANNEL } & (
  | { readonly type: 'ready' }
  | { readonly type: 'size'; readonly height: number }
  | { readonly type: 'status'; readonly status: Status }
  /** For the page's analytics: what the widget's `Step` has, and nothing that names a person or a session. */
  | { readonly type: 'step'; readonly step: object }
  /** Where the top page goes. The host goes nowhere but to http and https. */
  | { readonly type: 'redirect'; readonly redirect_to: string }
  | { readonly type: 'error'; readonly error: string }
);

/** What the host says. */
export interface HostMessage {
  readonly channel: typeof BRIDGE_CHANNEL;
  readonly type: 'hello';
  readonly theme: string | null;
  readonly locale: string | null;
}

export type BridgeMessage = GuestMessage | HostMessage;

/** Reads a `message` event's data at the host; null when no guest of ours says that. */
export function parseGuestMessage(data: unknown): GuestMessage | null {
  const { channel, type, height, status, step, redirect_to, error } = (data ?? {}) as Readonly<Record<string, unknown>>;
  const isWhole =
    type === 'ready' ||
    (type === 'size' && typeof height === 'number' && height > 0 && height < 10_000) ||
    // Any word: the server that sends the host's script sends the guest as well.
    (type === 'status' && isText(status)) ||
    (type === 'step' && step instanceof Object) ||
    (type === 'redirect' && isText(redirect_to)) ||
    (type === 'error' && isText(error));
  // Its members were looked at one by one, which the type of a foreign message cannot follow.
  return channel === BRIDGE_CHANNEL && isWhole ? (data as GuestMessage) : null;
}

/** Reads a `message` event's data at the guest; null when no host of ours says that. */
export function parseHostMessage(data: unknown): HostMessage | null {
  const { channel, type, theme, locale } = (data ?? {}) as Readonly<Record<string, unknown>>;
  if (channel !== BRIDGE_CHANNEL || type !== 'hello' || !isTextOrNull(theme) || !isTextOrNull(locale)) return null;
  return { channel, type, theme, locale };
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || isText(value);
}
