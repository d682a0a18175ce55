/** The only origin policy of the iframe embed: who may speak to whom, and where the top page may be sent. */

/** @throws TypeError unless `url` is an http or https URL (resolved against `base`). */
export function exactOrigin(url: string, base?: string): string {
  const page = webPage(url, base);
  if (page === null) throw new TypeError(`Not an http or https URL: ${url}`);
  return page.origin;
}

/** Both the window and the origin must be right: another page may sit in our window, and another window on our origin. */
export function isFrom(event: MessageEvent, source: unknown, origin: string): boolean {
  return source !== null && event.source === source && event.origin === origin;
}

/**
 * To whom the page in the iframe may say that it is there, of the origins that the server allows.
 * Where the browser tells who the parent is, that one or none; else each of them, and the browser
 * delivers to none but the right one.
 */
export function hostCandidates(
  allowed: readonly string[],
  parent: { readonly ancestorOrigins: ArrayLike<string> | undefined; readonly referrer: string },
): readonly string[] {
  const told = parent.ancestorOrigins?.[0];
  if (told !== undefined) return allowed.filter((origin) => origin === told);
  // Lost where a redirect on the way says `no-referrer`, and our own after a reload: then it says nothing.
  const referrer = webPage(parent.referrer)?.origin;
  return referrer !== undefined && allowed.includes(referrer) ? [referrer] : allowed;
}

/** The absolute form of a URL that the top page may go to; null for `javascript:` and everything else that is not a page. */
export function destination(url: string): string | null {
  return webPage(url)?.href ?? null;
}

/** Browsers of 2023 have neither `URL.canParse` nor `URL.parse`. */
function webPage(url: string, base?: string): URL | null {
  try {
    const parsed = new URL(url, base);
    return /^https?:$/.test(parsed.protocol) ? parsed : null;
  } catch {
    return null;
  }
}
