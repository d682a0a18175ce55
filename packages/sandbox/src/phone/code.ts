import { SandboxError } from '../http/errors.ts';

/** The parts of a code, as they were read: upper case where they came from a QR code. */
export interface ScannedCode {
  readonly session_id: string;
  readonly step: string;
  readonly mac: string;
}

/**
 * Reads what a camera decoded or a link carried: `{origin}/Q/{session}.{step}.{mac}` from a
 * QR code, `{issuer}/q/…` from a link, in any case; or the phone's own app link around either,
 * `{sandbox}/phone#text=…`.
 *
 * Everybody can print a code, so only the configured Beckon is ever asked about one: a phone that
 * followed any address would give its access token to the maker of the code.
 * @throws SandboxError `unrecognised_code`
 */
export function readCode(
  text: string,
  own: { readonly base: string; readonly beckonIssuer: string; readonly codesAt: string | null },
): ScannedCode {
  const url = parseUrl(unwrapAppLink(text.trim(), own.base));
  const { origin, pathname: issuerPath } = new URL(own.beckonIssuer);
  if (url === null) throw unrecognised('it is not a web address');
  if (url.origin !== origin && url.origin !== own.codesAt)
    throw unrecognised(`it leads to ${url.origin}, and this phone only trusts ${origin}`);
  const path = url.pathname.toLowerCase().startsWith(`${issuerPath.toLowerCase()}/q/`)
    ? url.pathname.slice(issuerPath.length)
    : url.pathname;
  const parts = /^\/q\/([a-z0-9]{1,64})\.([a-z0-9]{1,16})\.([a-z0-9]{1,64})$/i.exec(path);
  const extras = url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '';
  if (parts === null || extras) throw unrecognised('its address is not one of a sign-in code');
  return { session_id: parts[1] ?? '', step: parts[2] ?? '', mac: parts[3] ?? '' };
}

/** The text inside an app link; anything else comes back as it is. */
function unwrapAppLink(text: string, base: string): string {
  const url = parseUrl(text);
  const own = [base, base.replace('//127.0.0.1', '//localhost')];
  if (url === null || !own.includes(url.origin) || !/^\/phone\/?$/.test(url.pathname)) return text;
  return new URLSearchParams(url.hash.slice(1)).get('text') ?? text;
}

function parseUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

function unrecognised(why: string): SandboxError {
  return new SandboxError('unrecognised_code', `text: this is no sign-in code of Beckon: ${why}`);
}
