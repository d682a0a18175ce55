import { own } from '../own.ts';

/**
 * The script element that runs, which only a classic script can know, and only while it runs for the
 * first time. Null in a module.
 */
export const runningScript: HTMLScriptElement | null = running();

/**
 * The origin that this script came from: the session server serves it, so it is where sign-ins go
 * unless `server` says otherwise.
 */
export function scriptOrigin(): string | null {
  return runningScript?.src ? new URL(runningScript.src).origin : null;
}

function running(): HTMLScriptElement | null {
  // On a server there is neither a document nor the name of its scripts' kind.
  if (!globalThis.document) return null;
  const script = own(document, 'currentScript');
  return script instanceof HTMLScriptElement ? script : null;
}
