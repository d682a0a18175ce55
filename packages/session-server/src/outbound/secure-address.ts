/** Hosts that are this machine, as the URL standard writes them. */
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** @param hostname of a `URL` */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.has(hostname);
}

/**
 * The rule for every address that the server calls, or sends a browser to: https, or http on a loopback host.
 * @param scheme `ws` for a WebSocket's address. Default `http`
 */
export function isSecureAddress(url: URL | null, scheme: 'http' | 'ws' = 'http'): url is URL {
  if (url === null) return false;
  return url.protocol === `${scheme}s:` || (url.protocol === `${scheme}:` && isLoopback(url.hostname));
}
