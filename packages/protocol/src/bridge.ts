import { STATUSES, type Status } from './snapshot.ts';

/**
 * What the page in the iframe tells the page that hosts it, by `postMessage` to the exact origin.
 *
 * The guest (the hosted sign-in page) says `ready` once; the host answers `hello` with what it
 * wants the guest to look like, and learns its own origin is accepted when messages follow. Every
 * message carries `channel`, so that other scripts' messages on the same window are passed over.
 */
export const BRIDGE_CHANNEL = 'beckon.frame.v1';

export type BridgeMessage = { readonly channel: typeof BRIDGE_CHANNEL } & (
  | { readonly type: 'ready' }
  | { readonly type: 'hello'; readonly theme: string | null; readonly locale: string | null }
  | { readonly type: 'size'; readonly height: number }
  | { readonly type: 'status'; readonly status: Status }
  /** Where the top page goes: http or https only. */
  | { readonly type: 'redirect'; readonly redirect_to: string }
  | { readonly type: 'error'; readonly error: string }
);

/** Reads a `message` event's data; null when it is not one of ours. */
export function parseBridgeMessage(data: unknown): BridgeMessage | null {
  if (typeof data !== 'object' || data === null) return null;
  const m = data as Record<string, unknown>;
  if (m['channel'] !== BRIDGE_CHANNEL) return null;
  const channel = BRIDGE_CHANNEL;
  switch (m['type']) {
    case 'ready':
      return { channel, type: 'ready' };
    case 'hello':
      return { channel, type: 'hello', theme: stringOrNull(m['theme']), locale: stringOrNull(m['locale']) };
    case 'size':
      return typeof m['height'] === 'number' && m['height'] > 0 && m['height'] < 10_000
        ? { channel, type: 'size', height: m['height'] }
        : null;
    case 'status':
      return (STATUSES as readonly unknown[]).includes(m['status'])
        ? { channel, type: 'status', status: m['status'] as Status }
        : null;
    case 'redirect':
      return typeof m['redirect_to'] === 'string' && /^https?:\/\//i.test(m['redirect_to'])
        ? { channel, type: 'redirect', redirect_to: m['redirect_to'] }
        : null;
    case 'error':
      return typeof m['error'] === 'string' ? { channel, type: 'error', error: m['error'] } : null;
    default:
      return null;
  }
}

function stringOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
