/**
 * The origin that this script came from: the session server serves it, so it is where sign-ins
 * go unless `server` says otherwise. Only a classic script can know; it must be asked while the
 * script runs for the first time. Null in a module.
 */
export const scriptOrigin: string | null = originOf(typeof document === 'undefined' ? null : document.currentScript);

function originOf(script: Element | null): string | null {
  const src = (script as HTMLScriptElement | null)?.src;
  return src && URL.canParse(src) ? new URL(src).origin : null;
}
