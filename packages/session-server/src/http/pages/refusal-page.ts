import type { Response } from 'express';
import { noticePage } from './page.ts';
import { requestIdOf } from './request-id.ts';

const REFUSALS: Readonly<Record<string, { readonly title: string; readonly text: string }>> = {
  qr_stale: {
    title: 'This code is too old',
    text: 'The code changes every few seconds. Scan the one that is on the other screen now.',
  },
  already_claimed: {
    title: 'This code was used',
    text: 'Another phone or browser has taken it, or it was finished already. For another sign-in, go back to the website and start again.',
  },
  session_expired: {
    title: 'This sign-in is over',
    text: 'It was not confirmed in time. Go back to the website and start again.',
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
    text: 'You are not signed in. The number did not match, this phone is not on the network that the website asks for, or the sign-in was begun in another browser: go on in that one.',
  },
  origin_not_allowed: {
    title: 'That did not work',
    text: 'This form must be sent from its own page. Open that page again.',
  },
  rate_limited: {
    title: 'A little slower',
    text: 'Too many sign-ins were tried from here, or the identity app is busy. Wait a minute and try again.',
  },
  connector_unavailable: {
    title: 'The identity app does not answer',
    text: 'You are not signed in. Go back to where you started and try again in a moment.',
  },
};

const OTHER = { title: 'That did not work', text: 'Something went wrong here. Start again in a moment.' };

/** Why a page of the sign-in cannot be shown, and what to do. `response`: the one that it is sent in. */
export function refusalPage(error: string, response: Response): string {
  return noticePage({ ...(REFUSALS[error] ?? OTHER), request_id: requestIdOf(response) });
}
