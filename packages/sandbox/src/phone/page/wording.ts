import type { Consent } from '../app.ts';

/** One line of what is shared; `value` is null where there is nothing to show beyond the label. */
export interface SharedLine {
  readonly label: string;
  readonly value: string | null;
}

const LABELS: Readonly<Record<string, string>> = {
  name: 'Name',
  given_name: 'Given name',
  family_name: 'Family name',
  birthdate: 'Birth date',
  locale: 'Language',
  email: 'Email',
  phone_number: 'Phone',
  address: 'Address',
};
/** Told together with the claim that they belong to. */
const PARTS = new Set(['sub', 'given_name', 'family_name', 'email_verified', 'phone_number_verified']);

/** What the person shares, in words: only what this wallet knows can be given. */
export function sharedLines(
  scopes: Consent['scopes'],
  claims: Readonly<Record<string, unknown>>,
): readonly SharedLine[] {
  const names = [...new Set(scopes.flatMap((scope) => scope.claims))];
  const known = names.filter((name) => name in claims && !(PARTS.has(name) && covers(names, name)));
  const lines = known.map((name) => ({ label: LABELS[name] ?? humanised(name), value: claimText(name, claims) }));
  const silent = scopes.filter((scope) => scope.claims.length === 0).map(({ scope }) => scopeLine(scope));
  const account = names.includes('sub') ? [{ label: 'Account ID', value: 'Yours at this website' }] : [];
  return [...lines, ...account, ...silent];
}

function covers(names: readonly string[], part: string): boolean {
  return part === 'given_name' || part === 'family_name' ? names.includes('name') : true;
}

function scopeLine(scope: string): SharedLine {
  if (scope === 'offline_access') return { label: 'Access', value: 'Also while you are away' };
  return { label: 'Also', value: scope };
}

function claimText(name: string, claims: Readonly<Record<string, unknown>>): string {
  const value = claims[name];
  if (name === 'address') {
    const formatted = (value as { formatted?: unknown }).formatted;
    return typeof formatted === 'string' ? formatted.split('\n').join(', ') : 'Your postal address';
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (name === 'birthdate') return dateText(text);
  if (name === 'locale') return new Intl.DisplayNames(['en'], { type: 'language' }).of(text) ?? text;
  return claims[`${name}_verified`] === false ? `${text} (not verified)` : text;
}

/** `1990-04-17` as people write it; what is no such date stays as it is. */
export function dateText(iso: string): string {
  const date = new Date(`${iso}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return iso;
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(date);
}

function humanised(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

// The first that matches counts: most browsers also name those that they descend from.
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg(?:e|A|iOS)?\//, 'Edge'],
  [/OPR\/|Opera/, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/(?:Headless)?Chrome\/|CriOS\/|Chromium\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];
const DEVICES: readonly (readonly [RegExp, string])[] = [
  [/iPhone|iPod/, 'an iPhone'],
  [/iPad/, 'an iPad'],
  [/Android.*Mobile/, 'an Android phone'],
  [/Android/, 'an Android tablet'],
  [/CrOS/, 'a Chromebook'],
  [/Windows/, 'a Windows computer'],
  [/Macintosh|Mac OS X/, 'a Mac'],
  [/Linux/, 'a Linux computer'],
];

/** A User-Agent in words: `Firefox on a Windows computer`. What it does not know is shown as it came, shortened. */
export function browserName(userAgent: string): string {
  const find = (list: readonly (readonly [RegExp, string])[]): string | undefined =>
    list.find(([pattern]) => pattern.test(userAgent))?.[1];
  const [browser, device] = [find(BROWSERS), find(DEVICES)];
  if (browser !== undefined && device !== undefined) return `${browser} on ${device}`;
  return browser ?? (userAgent.length > 60 ? `${userAgent.slice(0, 60)}…` : userAgent);
}

/** Where a sign-in was started, line by line; `doubt` where the person must look twice. */
export interface Place {
  readonly screen: string;
  readonly network: string | null;
  readonly doubt: string | null;
}

/** An address is told only where it says something: one of this machine does not. */
export function placeOf({ user_agent, address, same_network }: Consent['requester']): Place {
  // Some apps are told nothing of the browser; what is known comes in the address's place.
  if (user_agent.trim() === '') return { screen: address, network: null, doubt: null };
  const screen = browserName(user_agent);
  const shown = /^127\.|^::1$|^(?:unknown)?$/.test(address) ? null : address;
  if (same_network === true) return { screen, network: 'Your network', doubt: null };
  if (same_network === null) return { screen, network: shown, doubt: null };
  return { screen, network: shown, doubt: 'That browser is on another network, or we cannot tell. Is it yours?' };
}

/** The first letter, accents and all, in upper case. */
export function initialOf(text: string): string {
  const [first] = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text);
  return first?.segment.toUpperCase() ?? '';
}

/** `4:05` for 245 000 ms; never below `0:00`. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`;
}

/** What went wrong and what to do next, by error code. */
export function failureText(code: string): { readonly title: string; readonly text: string } {
  return FAILURES[code] ?? { title: 'That did not work', text: 'Start again in your browser and scan the new code.' };
}

const FAILURES: Readonly<Record<string, { readonly title: string; readonly text: string }>> = {
  unrecognised_code: {
    title: 'Not a sign-in code',
    text: 'This phone only acts on codes of the Beckon that it was set up with. Scan the one that your browser shows.',
  },
  qr_stale: {
    title: 'This code is too old',
    text: 'Codes change every two seconds. Scan the one that your browser shows now.',
  },
  session_not_found: { title: 'No website is asking', text: 'This code leads nowhere. Scan the one in your browser.' },
  session_expired: {
    title: 'Too late',
    text: 'It was not answered in time, and nothing was shared. Start again in your browser.',
  },
  already_claimed: {
    title: 'Another phone was first',
    text: 'If that was not you, close the page in your browser and start again.',
  },
  verification_failed: {
    title: 'The number did not match',
    text: 'There is one try, so this sign-in has ended. You are not signed in. Start again in your browser, and type the digits that it shows then.',
  },
  invalid_transition: {
    title: 'Already decided',
    text: 'This sign-in was answered or cancelled before. For another one, start again in your browser.',
  },
  app_refused: {
    title: 'The app does not take this',
    text: 'The sign-in is over, or is for another person. Start again in your browser, and scan the new code.',
  },
  unknown_page: {
    title: 'This page asks for something else',
    text: 'This phone cannot answer it. Start again in your browser, and scan the new code.',
  },
  connector_unavailable: {
    title: 'The identity app does not answer',
    text: 'You are not signed in. Try again in a moment.',
  },
  wallet_not_trusted: {
    title: 'Beckon does not know this wallet',
    text: 'Its configuration must trust the sandbox’s wallet issuer and the client “sandbox-phone”.',
  },
  rate_limited: { title: 'A moment, please', text: 'There were too many attempts. Wait a little, then scan again.' },
  handle_not_found: {
    title: 'Too late',
    text: 'It was not answered in time, and nothing was shared. Start again in your browser.',
  },
  beckon_unreachable: { title: 'Beckon gives no answer', text: 'Is the session server running? Then scan again.' },
  network: { title: 'The sandbox gives no answer', text: 'Is it still running? Then scan again.' },
};
