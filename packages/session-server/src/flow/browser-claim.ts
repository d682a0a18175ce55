import type { AppNames } from './apps.ts';
import type { BrowserHolder } from './browser-holder.ts';
import { FlowError } from './flow-error.ts';
import type { RedirectPort } from './redirect-port.ts';
import type { Forms } from './forms.ts';
import type { Links } from './links.ts';
import { relyingPartyOf } from './preview.ts';
import { refusal } from './refusal.ts';
import type { SessionRows } from './session-rows.ts';

const STALE = 'the code is too old: scan the one that is shown now';

export interface BrowserClaimDependencies {
  readonly rows: SessionRows;
  readonly links: Links;
  readonly forms: Forms;
  readonly holder: BrowserHolder;
  readonly namesOf: AppNames;
}

/** The phone's browser claims a session by a form, and matches the number, before it goes to a provider. */
export function createBrowserClaim(
  deps: BrowserClaimDependencies,
): Pick<RedirectPort, 'openForm' | 'claimed' | 'claim' | 'match' | 'notMe'> {
  const { rows, links, forms } = deps;
  const { holderOf, redirecting, own, retrieve } = deps.holder;

  return {
    async openForm(scan, browser_key) {
      const { session, now } = await rows.load(scan.session_id);
      if (links.verify(session, scan, now) !== 'ok') throw new FlowError('qr_stale', STALE);
      // On one device the browser comes by the ticket, and no form of this page leads on.
      if (session.choice?.mode !== 'qr') throw refusal('invalid_transition');
      // A copy inherits: looking at an old link again, or at a copy of it, renews nothing.
      return forms.make(session, browser_key, links.endOf(session, scan.step));
    },
    async claimed(session_id, browser_key) {
      const { session } = await rows.load(session_id);
      if (session.status !== 'retrieved' || session.retrieval.holder !== holderOf(session, browser_key)) return null;
      return { client: relyingPartyOf(session), app_names: deps.namesOf(session.choice.connector) };
    },
    async claim(session_id, form_token, browser_key, phone) {
      const { session, now } = await rows.load(session_id);
      redirecting(session);
      // On one device the browser comes by the ticket: a code that was scanned is of no use there.
      if (session.choice?.mode === 'same_device') throw refusal('invalid_transition');
      const back = session.status === 'retrieved' && session.retrieval.holder === holderOf(session, browser_key);
      // The form stands in for the frame, which is stale by the time that a person has read the page.
      if (!back && !forms.isOurs(session, form_token, browser_key, now)) throw new FlowError('qr_stale', STALE);
      const claimed = await retrieve(session, browser_key, phone);
      return {
        needs_number: claimed.status === 'retrieved' && claimed.retrieval.number !== null,
        client: relyingPartyOf(session),
      };
    },
    async match(session_id, browser_key, number) {
      const { holder } = await own(session_id, browser_key);
      const result = await rows.apply(session_id, { type: 'match', holder, number });
      if (!result.ok) throw refusal(result.error, result.session);
    },
    async notMe(session_id, form_token, browser_key) {
      const { session, now } = await rows.load(session_id);
      if (session.status === 'initialized' && !forms.isOurs(session, form_token, browser_key, now)) {
        throw session.choice?.mode === 'same_device'
          ? new FlowError('session_not_found', 'this form is of another sign-in, or of another browser')
          : new FlowError('qr_stale', STALE);
      }
      const holder = holderOf(session, browser_key);
      const result = await rows.apply(session_id, { type: 'decline', holder, reason: 'not_me', message: null });
      if (!result.ok) throw refusal(result.error, result.session);
    },
  };
}
