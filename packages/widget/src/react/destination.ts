/** Where the widget may send a browser. */

/** Goes there; only http and https, so that no answer can run a script. Anything else is passed over. */
export function follow(redirectTo: string): void {
  if (isWebUrl(redirectTo)) location.assign(redirectTo);
}

export function isWebUrl(url: string): boolean {
  return protocolIn(url, (protocol) => protocol === 'https:' || protocol === 'http:');
}

/** An identity app's link may have the app's own scheme; the schemes that run or show content in this page may not. */
export function isAppLink(url: string): boolean {
  return protocolIn(url, (protocol) => !/^(?:javascript|data|blob|vbscript|file|about|filesystem):$/.test(protocol));
}

function protocolIn(url: string, accepted: (protocol: string) => boolean): boolean {
  try {
    return accepted(new URL(url).protocol);
  } catch {
    return false;
  }
}
