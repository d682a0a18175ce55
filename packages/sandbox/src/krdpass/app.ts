import type { Person } from '../people.ts';
import { citizenOf } from './citizens.ts';
import { KRDPASS_CLIENT } from './client.ts';
import type { PushedRequest, Records } from './records.ts';

/** What the app asks its owner. */
export interface KrdPassQuestion {
  /** The app link, by which to answer. */
  readonly link: string;
  readonly scope: readonly string[];
  readonly redirectUri: string;
  /** Unix seconds. */
  readonly expiresAt: number;
}

export type Opened =
  | { readonly type: 'question'; readonly question: KrdPassQuestion }
  /** Something is wrong with the request: the browser goes back with an error. */
  | { readonly type: 'answer'; readonly location: string }
  | { readonly type: 'refused' };

/** The KRDPASS app on the sandbox's phone. */
export interface KrdPassApp {
  isLink(text: string): boolean;
  open(link: string): Opened;
  /** Approves as this person, or declines for null. Where the browser goes then; null when the request is over. */
  decide(link: string, person: Person | null): string | null;
}

export interface Link {
  readonly clientId: string;
  readonly requestUri: string;
  readonly redirectUri: string;
  readonly state: string;
}

export function readLink(text: string): Link {
  const query = new URL(text).searchParams;
  const get = (name: string): string => query.get(name) ?? '';
  return {
    clientId: get('client_id'),
    requestUri: get('request_uri'),
    redirectUri: get('redirect_uri'),
    state: get('state'),
  };
}

export function createApp(
  base: string,
  issuer: string,
  records: Records,
  now: () => number,
  isRegistered: (redirectUri: string) => boolean,
): KrdPassApp {
  const isLink = (text: string): boolean => text.startsWith(`${base}/connect/authorize?`) && URL.canParse(text);

  function back(link: Link, answer: Readonly<Record<string, string>>): string {
    const url = new URL(link.redirectUri);
    for (const [name, value] of Object.entries({ ...answer, state: link.state, iss: issuer }))
      url.searchParams.set(name, value);
    return url.href;
  }

  const keyOf = ({ requestUri }: Link): string => requestUri.replace(/^urn:ietf:params:oauth:request_uri:/, '');

  /** What is repeated in the link must be what was signed. */
  const agrees = (link: Link, request: PushedRequest): boolean =>
    link.redirectUri === request.redirectUri && link.state === request.state;

  return {
    isLink,
    open(text) {
      const link = isLink(text) ? readLink(text) : null;
      if (link === null || link.clientId !== KRDPASS_CLIENT.clientId || !isRegistered(link.redirectUri))
        return { type: 'refused' };
      const request = records.requests.get(keyOf(link));
      if (request === null) {
        const error = { error: 'invalid_request_uri', error_description: 'The request is over.' };
        return { type: 'answer', location: back(link, error) };
      }
      if (!agrees(link, request)) return { type: 'refused' };
      return {
        type: 'question',
        question: { link: text, scope: request.scope, redirectUri: request.redirectUri, expiresAt: request.expiresAt },
      };
    },
    decide(text, person) {
      const link = isLink(text) ? readLink(text) : null;
      const request = link === null ? null : records.requests.take(keyOf(link));
      if (link === null || request === null || !agrees(link, request)) return null;
      if (person === null) return back(link, { error: 'access_denied', error_description: 'The user declined.' });
      const code = records.codes.add({
        request,
        citizen: citizenOf(person),
        scope: request.scope,
        authTime: Math.floor(now() / 1000),
      });
      return back(link, { code, session_state: keyOf(link).slice(0, 8) });
    },
  };
}
