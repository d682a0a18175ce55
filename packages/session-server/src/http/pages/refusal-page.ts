import { noticePage } from './page.ts';

const REFUSALS: Readonly<Record<string, { readonly title: string; readonly text: string }>> = {
  qr_stale: {
    title: 'This code is too old',
    text: 'The code changes every few seconds. Scan the one that is on the other screen now.',
  },
  already_claimed: {
    title: 'This code was used',
    text: 'Another phone has scanned it. For another sign-in, reload the page on the other screen and scan the new code.',
  },
  session_expired: {
    title: 'This sign-in is over',
    text: 'It was not confirmed in time. Ask for a new code on the other screen.',
  },
  session_not_found: {
    title: 'This sign-in is not under way',
    text: 'It is long over, or it did not begin here. Go back to the website and start again.',
  },
  invalid_transition: {
    title: 'This sign-in is over',
    text: 'It was finished or cancelled already. Go back to the website and start again.',
  },
  verification_failed: {
    title: 'Go on where you started',
    text: 'The number did not match, or this is not the browser in which the sign-in was started. Nobody was signed in here.',
  },
  origin_not_allowed: {
    title: 'That did not work',
    text: 'This form must be sent from its own page. Scan the code again.',
  },
  rate_limited: {
    title: 'A little slower',
    text: 'Too many sign-ins were tried from here. Wait a minute and scan again.',
  },
  connector_unavailable: {
    title: 'The identity app does not answer',
    text: 'Try again in a moment, from the other screen.',
  },
};

/** Why a page of the sign-in cannot be shown, and what to do. */
export function refusalPage(error: string): string {
  return noticePage(
    REFUSALS[error] ?? { title: 'That did not work', text: 'Something went wrong here. Start again in a moment.' },
  );
}
