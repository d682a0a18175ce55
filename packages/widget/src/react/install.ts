import type { ConnectorOffer } from '@beckon/protocol';

/** Where the app is had for this device; null where that is not known. Only a page of the web, as the server says. */
export function installLink(offer: ConnectorOffer | null, { userAgent, maxTouchPoints }: Navigator): string | null {
  const install = offer?.install ?? {};
  // An iPad says that it is a Mac.
  const isApple = /iP(?:hone|ad|od)/.test(userAgent) || (maxTouchPoints > 1 && /Macintosh/.test(userAgent));
  const platform = isApple ? 'ios' : /Android/.test(userAgent) ? 'android' : 'other';
  const url = install[platform] ?? install.other ?? '';
  return /^https?:/i.test(url) ? url : null;
}
