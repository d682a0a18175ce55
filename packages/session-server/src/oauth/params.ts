import { OAuthError } from './oauth-error.ts';

/** The parameters of a request, as its query or its form body carried them. */
export interface Params {
  /** A parameter without a value is left out (RFC 6749 §3.1), and so is one that came twice or could not be decoded. */
  readonly values: ReadonlyMap<string, string>;
  /** Names that came more than once. */
  readonly doubled: ReadonlySet<string>;
  /** Names (as they came) whose percent-encoding is not UTF-8. */
  readonly malformed: ReadonlySet<string>;
}

/** What RFC 8707 §2 lets a request repeat; Beckon does not read it. */
const REPEATABLE = new Set(['resource']);

/** Reads `application/x-www-form-urlencoded` text: a query without its `?`, or a body. */
export function readParams(text: string): Params {
  const values = new Map<string, string>();
  const seen = new Set<string>();
  const doubled = new Set<string>();
  const malformed = new Set<string>();
  for (const pair of text.split('&')) {
    const at = pair.indexOf('=');
    const rawName = at === -1 ? pair : pair.slice(0, at);
    const name = decode(rawName);
    const value = at === -1 ? '' : decode(pair.slice(at + 1));
    if (name === '') continue;
    if (name === null || value === null) {
      malformed.add(name ?? rawName);
      continue;
    }
    if (seen.has(name) && !REPEATABLE.has(name)) doubled.add(name);
    seen.add(name);
    if (value !== '') values.set(name, value);
  }
  for (const name of doubled) values.delete(name);
  return { values, doubled, malformed };
}

/** The same, from the members of a JSON object. */
export function paramsOf(members: Readonly<Record<string, string>>): Params {
  const values = new Map(Object.entries(members).filter(([, value]) => value !== ''));
  return { values, doubled: new Set(), malformed: new Set() };
}

/** @throws OAuthError `invalid_request` where it is missing */
export function required({ values }: Params, name: string): string {
  const value = values.get(name);
  if (value === undefined) throw new OAuthError('invalid_request', `${name}: is missing`);
  return value;
}

/** For endpoints that never redirect. @throws OAuthError `invalid_request` for a doubled or undecodable parameter */
export function assertWellFormed({ doubled, malformed }: Params): void {
  if (malformed.size > 0) throw new OAuthError('invalid_request', malformedText(malformed));
  if (doubled.size > 0) throw new OAuthError('invalid_request', doubledText(doubled));
}

export function malformedText(names: ReadonlySet<string>): string {
  return `${listed(names)}: the percent-encoding must be that of UTF-8`;
}

export function doubledText(names: ReadonlySet<string>): string {
  return `${listed(names)}: was sent more than once`;
}

/** Names are the caller's own text: only what looks like a name is repeated. */
function listed(names: ReadonlySet<string>): string {
  const shown = [...names].map((name) => (/^[\w.-]{1,40}$/.test(name) ? name : 'a parameter'));
  return [...new Set(shown)].slice(0, 5).join(', ');
}

/** Null when it is no form encoding of UTF-8 text. */
function decode(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}
