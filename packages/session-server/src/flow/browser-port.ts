import type { Mode, SessionHandle, Snapshot } from '@beckon/protocol';
import type { Bus, Change } from '../bus/index.ts';
import type { Client, Device } from '../session/index.ts';
import type { FormResponse } from './authorization-response.ts';

/** What a browser holds of its session. */
export interface SessionCredentials {
  readonly session_id: string;
  readonly session_secret: string;
}

/** The browser that began a session, and what watches it for that browser. */
export interface BrowserPort {
  /**
   * Starts a session for a pushed request, or goes on with `former`: the session that the same
   * browser had before it was reloaded, where it lives and its website asked for the same.
   * @throws FlowError `request_expired`
   */
  create(
    client: Client,
    request_uri: string,
    browser: Device,
    former?: SessionCredentials | null,
  ): Promise<SessionHandle>;
  /**
   * Chooses an identity app. A provider with a session of its own begins it at once where a watcher
   * has looked at the session, and in mode `direct`; else the first look begins it.
   * @throws FlowError, ConnectorError
   */
  choose(
    credentials: SessionCredentials,
    choice: { readonly connector: string; readonly mode: Mode; readonly login_hint: string | null },
  ): Promise<Snapshot>;
  /**
   * The owner opens the link on the same device: the next browser to come by it within 10 s goes on at
   * once. @throws FlowError `invalid_transition` where the link leads to no provider, or the sign-in is past it
   */
  arm(credentials: SessionCredentials): Promise<void>;
  /**
   * The current snapshot, with a code minted where this watcher may collect one, and with the codes
   * of a provider that had to begin first.
   * @throws FlowError `session_not_found` also for a wrong secret; ConnectorError where the provider
   *   did not begin, and the choice was withdrawn
   */
  snapshot(credentials: SessionCredentials): Promise<Snapshot>;
  /**
   * As `snapshot`, for a watcher that stays: what has to begin is not waited for, and told as a change.
   * @param change what the watcher was told: then nothing is read that it says. @throws FlowError
   */
  look(credentials: SessionCredentials, change?: Change | null): Promise<Snapshot>;
  /** As `snapshot`, with no code minted: for a page that collects when its person goes on. */
  glance(credentials: SessionCredentials): Promise<Snapshot>;
  /**
   * A session as the backend of its website sees it: how far it is, and nothing with which one could go on in the browser's
   * place. Begins nothing, and remembers no look.
   * @throws FlowError `session_not_found` also for a session of another client
   */
  statusFor(session_id: string, client_id: string): Promise<Snapshot>;
  renew(credentials: SessionCredentials, browser: Device): Promise<SessionHandle>;
  cancel(credentials: SessionCredentials): Promise<Snapshot>;
  /** The person in front of the browser says that the one who approved is them: where that is asked for, no code is minted before. */
  recognise(credentials: SessionCredentials): Promise<Snapshot>;
  /** Whose session this is, for the origin check. @throws FlowError `session_not_found` */
  clientOf(credentials: SessionCredentials): Promise<string>;
  /**
   * What the page posts to the redirect URI that `redirect_to` named, where the request asked for `form_post`. A code is
   * given out once: by then `handle` is used up.
   * @throws FlowError `session_not_found`; `invalid_transition` where it was used, replaced, or is over
   */
  respond(handle: string): Promise<{ readonly client_name: string; readonly response: FormResponse }>;
  /** Calls `listener` after every change of that session, until the returned function is called: see `Bus`. */
  subscribe: Bus['subscribe'];
}
