import type { OperatorToken } from '../config/index.ts';
import { operatorTokenOf } from '../operator/index.ts';
import { sameBytes, type Secrets } from '../secrets/index.ts';

/** An operator who has signed in to the console. */
export interface Visitor {
  readonly name: string;
  readonly scope: OperatorToken['scope'];
  /** For the forms of the pages that this browser is shown. */
  readonly form_token: string;
}

/** Signing in to the console: a token for a cookie, and back. Nothing of it is stored. */
export interface Entry {
  /** The cookie's value for a right token, and null for a wrong one. */
  admit(token: string): string | null;
  /** Null for a cookie that is not ours, is over, or was given for a token that is none any more. */
  visitorOf(cookie: string): Visitor | null;
  /** Whether a form comes from a page that was shown to the holder of this cookie. */
  isForm(cookie: string, form_token: string): boolean;
}

/** An operator signs in again after this long, in ms: the cookie says until when it counts. */
export const VISIT_MS: number = 8 * 3_600_000;

/** The longest name of a token and a time fit into it, with room. */
const LONGEST_COOKIE = 300;

export function createEntry({
  secrets,
  tokens,
  now,
}: {
  readonly secrets: Pick<Secrets, 'mac' | 'macs'>;
  /** Those that the configuration has now. */
  readonly tokens: () => readonly OperatorToken[];
  readonly now: () => number;
}): Entry {
  const textOf = ({ name, hash, scope }: OperatorToken, until: number): string =>
    JSON.stringify([name, hash, scope, until]);
  const isMac = (purpose: string, text: string, mac: string): boolean => {
    const given = Buffer.from(mac, 'base64url');
    return secrets.macs(purpose, text).some((made) => sameBytes(made, given));
  };
  const macOf = (purpose: string, text: string): string =>
    Buffer.from(secrets.mac(purpose, text)).toString('base64url');
  const tokenOf = (cookie: string): OperatorToken | null => {
    if (cookie.length > LONGEST_COOKIE) return null;
    const [name = '', until = '', mac = ''] = cookie.split('.');
    if (!/^\d{1,15}$/.test(until) || now() >= Number(until)) return null;
    const token = tokens().find((each) => Buffer.from(each.name).toString('base64url') === name);
    return token !== undefined && isMac('console', textOf(token, Number(until)), mac) ? token : null;
  };

  return {
    admit(text) {
      const token = operatorTokenOf(tokens(), text);
      if (token === undefined) return null;
      const until = now() + VISIT_MS;
      return `${Buffer.from(token.name).toString('base64url')}.${until}.${macOf('console', textOf(token, until))}`;
    },
    visitorOf(cookie) {
      const token = tokenOf(cookie);
      if (token === null) return null;
      return { name: token.name, scope: token.scope, form_token: macOf('console-form', cookie) };
    },
    isForm: (cookie, form_token) => tokenOf(cookie) !== null && isMac('console-form', cookie, form_token),
  };
}
