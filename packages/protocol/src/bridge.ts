import { isText } from './guards.ts';
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
  /** For the page's analytics: what the widget's `Step` has, and nothing that names a person or a session. */
  | { readonly type: 'step'; readonly step: object }
  /** Where the top page goes: http or https only. */
  | { readonly type: 'redirect'; readonly redirect_to: string }
  | { readonly type: 'error'; readonly error: string }
);

/** Reads a `message` event's data; null when it is not one of ours. */
export function parseBridgeMessage(data: unknown): BridgeMessage | null {
  const message = (data ?? {}) as Readonly<Record<string, unknown>>;
  // Its members were looked at one by one, which the type of a foreign message cannot follow.
  return message['channel'] === BRIDGE_CHANNEL && isWhole(message) ? (message as unknown as BridgeMessage) : null;
}

function isWhole({
  type,
  theme,
  locale,
  height,
  status,
  step,
  redirect_to,
  error,
}: Readonly<Record<string, unknown>>): boolean {
  switch (type) {
    case 'ready':
      return true;
    case 'hello':
      return isTextOrNull(theme) && isTextOrNull(locale);
    case 'size':
      return typeof height === 'number' && height > 0 && height < 10_000;
    case 'status':
      return (STATUSES as readonly unknown[]).includes(status);
    case 'step':
      return step instanceof Object;
    case 'redirect':
      return isText(redirect_to) && /^https?:\/\//i.test(redirect_to);
    case 'error':
      return isText(error);
    default:
      return false;
  }
}

function isTextOrNull(value: unknown): boolean {
  return value === null || isText(value);
}
