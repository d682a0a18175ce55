import { type Bus, lookUntil } from '../bus/index.ts';
import type { Timers } from '../jobs/index.ts';
import type { Session } from '../session/index.ts';
import type { AppNames } from './apps.ts';
import type { BrowserHolder } from './browser-holder.ts';
import { FlowError } from './flow-error.ts';
import type { RedirectPort, SameDeviceStart } from './redirect-port.ts';
import type { Forms } from './forms.ts';
import type { Links } from './links.ts';
import { relyingPartyOf } from './preview.ts';
import { refusal } from './refusal.ts';
import type { Applied, Loaded, SessionRows } from './session-rows.ts';

/** How long a browser waits for the owner's click, which is sent at the same moment as its own request, in ms. */
const PATIENCE_MS = 1_000;

export interface SameDeviceDependencies {
  readonly rows: SessionRows;
  readonly bus: Bus;
  readonly timers: Pick<Timers, 'sleep'>;
  readonly links: Links;
  readonly forms: Forms;
  readonly holder: BrowserHolder;
  readonly namesOf: AppNames;
  readonly toProvider: RedirectPort['toProvider'];
  /** How long a browser waits for the owner's click, in ms. Default 1 s. */
  readonly patience_ms?: number | undefined;
}

/**
 * On one device: the browser that opens the link claims the session and goes to the provider. Mail
 * scanners and previewers open links too, and look like browsers. So a GET claims only where the
 * owner of the session has just clicked; for any other there is a page, whose POST claims.
 */
export function createSameDevice(deps: SameDeviceDependencies): Pick<RedirectPort, 'startSameDevice' | 'goOnHere'> {
  const { rows, links, forms, holder, toProvider, patience_ms = PATIENCE_MS } = deps;

  const withTicket = async (session_id: string, ticket: string): Promise<Loaded> => {
    const loaded = await rows.load(session_id);
    const { session } = loaded;
    if (!links.isTicket(session, ticket)) throw new FlowError('session_not_found', 'there is no such sign-in');
    holder.redirecting(session);
    return loaded;
  };

  const ask = (session: Session, browser_key: string): SameDeviceStart => ({
    type: 'ask',
    client: relyingPartyOf(session),
    app_names: deps.namesOf(holder.redirecting(session).id),
    form_token: forms.make(session, browser_key, session.expires_at),
  });

  return {
    async startSameDevice(session_id, ticket, browser_key, device, gone) {
      const look = async (): Promise<SameDeviceStart | null> => {
        gone.throwIfAborted();
        const { session } = await withTicket(session_id, ticket);
        const claimed = await holder.retrieveArmed(session, browser_key, device);
        if (claimed.ok) return { type: 'redirect', location: await toProvider(session_id, browser_key) };
        const { status } = claimed.session;
        // Of another browser's, too: a second click leads on the browser that lost the answer to the first.
        if (status !== 'initialized' && status !== 'retrieved') throw refusal(claimed.error, claimed.session);
        unclaimed = claimed;
        return null;
      };
      let unclaimed = null as Extract<Applied, { readonly ok: false }> | null;
      const start = await lookUntil(session_id, look, { ...deps, for_ms: patience_ms, signal: gone });
      if (start !== null) return start;
      if (unclaimed !== null && unclaimed.session.status !== 'initialized')
        throw refusal(unclaimed.error, unclaimed.session);
      return ask((await withTicket(session_id, ticket)).session, browser_key);
    },
    async goOnHere(session_id, ticket, form_token, browser_key, device) {
      const { session, now } = await withTicket(session_id, ticket);
      if (!forms.isOurs(session, form_token, browser_key, now))
        throw new FlowError('session_not_found', 'this form is of another sign-in, or of another browser');
      await holder.retrieve(session, browser_key, device);
      return toProvider(session_id, browser_key);
    },
  };
}
