import { destination } from '../frame/origin.ts';

/** Goes there; only to a page of the web, so that no answer can run a script. Anything else is passed over. */
export function follow(redirectTo: string): void {
  const url = destination(redirectTo);
  if (url !== null) location.assign(url);
}

/** An identity app's link may have the app's own scheme; the schemes that run or show content in this page may not. */
export function isAppLink(url: string): boolean {
  try {
    return !/^(?:javascript|data|blob|vbscript|file|about|filesystem):$/.test(new URL(url).protocol);
  } catch {
    return false;
  }
}
