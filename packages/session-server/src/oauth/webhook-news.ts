import type { Client } from '../session/index.ts';
import type { Write } from '../store/store.ts';
import { owed } from '../webhooks/outbox.ts';
import type { Grant } from './kinds.ts';

/** Why a sign-in ended, as its website is told. */
export type EndedBecause =
  /** At the website's own word: its logout, or the revocation of a refresh token. */
  | 'logout'
  | 'token_revoked'
  /** A code or a refresh token was used a second time: it leaked. */
  | 'replayed'
  /** The provider said that the person's session or consent is gone. */
  | 'provider'
  /** An operator ended it. */
  | 'revoked';

/** The website has its tokens: a person has signed in. */
export function signedInNews(
  client: Client,
  sid: string,
  grant: Grant,
  connector: string,
  now: number,
): readonly Write[] {
  const { client_id, sub, authentication } = grant;
  const { acr, auth_time } = authentication;
  return owed(client, 'user.signed_in', { sub, client_id, sid, connector, acr, auth_time }, `${sid}.signed_in`, now);
}

/**
 * A sign-in is over with all of its tokens; of a person whose access was ended everywhere, the consent.
 * @param client null: it is not registered any more, and hears nothing
 */
export function endedNews(
  client: Client | null,
  sid: string,
  { client_id, sub }: Pick<Grant, 'client_id' | 'sub'>,
  reason: EndedBecause,
  ofConsent: boolean,
  now: number,
): readonly Write[] {
  if (client === null) return [];
  const type = ofConsent ? 'consent.revoked' : 'session.revoked';
  // A grant ends once, so its id serves the news as well.
  return owed(client, type, { sub, client_id, sid, reason }, `${sid}.ended`, now);
}
