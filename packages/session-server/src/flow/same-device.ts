import type { Session } from '../session/index.ts';
import type { BrowserHolder } from './browser-holder.ts';
import type { Changes } from './changes.ts';
import { FlowError } from './flow-error.ts';
import type { RedirectPort, SameDeviceStart } from './redirect-port.ts';
import type { Forms } from './forms.ts';
import type { Links } from './links.ts';
import { relyingPartyOf } from './preview.ts';
import { refusal } from './refusal.ts';
import type { Loaded, SessionRows } from './session-rows.ts';

/** How long a browser waits for the owner's click, which is sent at the same moment as its own request, in ms. */
const PATIENCE_MS = 1_000;

export interface SameDeviceDependencies {
  readonly rows: SessionRows;
  readonly changes: Changes;
  readonly links: Links;
  readonly forms: Forms;
  readonly holder: BrowserHolder;
  readonly toProvider: RedirectPort['toProvider'];
  /** Runs `run` once, `delay_ms` from now, unless the returned function is called first. */
  readonly after: (delay_ms: number, run: () => void) => () => void;
}

/**
 * On one device: the browser that opens the link claims the session and goes to the provider. Mail
 * scanners and previewers open links too, and look like browsers. So a GET claims only where the
 * owner of the session has just clicked; for any other there is a page, whose POST claims.
 */
export function createSameDevice(deps: SameDeviceDependencies): Pick<RedirectPort, 'startSameDevice' | 'goOnHere'> {
  const { rows, links, forms, holder, toProvider } = deps;

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
    connector: holder.redirecting(session).id,
    form_token: forms.make(session, browser_key, session.expires_at),
  });

  return {
    async startSameDevice(session_id, ticket, browser_key, party, gone) {
      const patience = patient(deps, session_id, gone);
      try {
        for (;;) {
          gone.throwIfAborted();
          const { session } = await withTicket(session_id, ticket);
          const claimed = await holder.retrieveArmed(session, browser_key, party);
          if (claimed.ok) return { type: 'redirect', location: await toProvider(session_id, browser_key) };
          const { status } = claimed.session;
          // Of another browser's, too: a second click leads on the browser that lost the answer to the first.
          const waits = status === 'initialized' || status === 'retrieved';
          if (waits && (await patience.more())) continue;
          if (status !== 'initialized') throw refusal(claimed.error);
          return ask((await withTicket(session_id, ticket)).session, browser_key);
        }
      } finally {
        patience.stop();
      }
    },
    async goOnHere(session_id, ticket, form_token, browser_key, party) {
      const { session, now } = await withTicket(session_id, ticket);
      if (!forms.isOurs(session, form_token, browser_key, now))
        throw new FlowError('session_not_found', 'this form is of another sign-in, or of another browser');
      await holder.retrieve(session, browser_key, party);
      return toProvider(session_id, browser_key);
    },
  };
}

/** One browser's wait, from now on. */
interface Patience {
  /** Resolves when it makes sense to look again: true, and false once nothing is left to wait for. */
  more(): Promise<boolean>;
  stop(): void;
}

function patient({ changes, after }: SameDeviceDependencies, session_id: string, gone: AbortSignal): Patience {
  let changed = false;
  let over = false;
  let lastLook = false;
  let wake = (): void => undefined;
  const stopListening = changes.subscribe(session_id, () => {
    changed = true;
    wake();
  });
  const end = (): void => {
    over = true;
    wake();
  };
  const stopTimer = after(PATIENCE_MS, end);
  gone.addEventListener('abort', end);
  return {
    async more() {
      if (lastLook) return false;
      if (!changed && !over) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      changed = false;
      // What another process changed wakes nobody here: so there is a look when time is up as well.
      lastLook = over;
      return true;
    },
    stop() {
      stopListening();
      stopTimer();
      gone.removeEventListener('abort', end);
    },
  };
}
