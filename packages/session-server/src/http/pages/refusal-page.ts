import type { FlowReason, RedirectEnd } from '../../flow/index.ts';
import type { Sign } from './badge.ts';
import { noticePage } from './page.ts';
import { browserName } from './readable-user-agent.ts';

interface Words {
  readonly sign: Sign;
  readonly title: string;
  readonly text: string;
}

const LATE: Sign = { icon: 'clock', tone: 'warm' };
const OVER: Sign = { icon: 'info', tone: 'calm' };
const WRONG: Sign = { icon: 'cross', tone: 'bad' };
const TROUBLE: Sign = { icon: 'alert', tone: 'warm' };

const AGAIN = 'Go back to the website and start again.';

/** What happened, and what to do next, by error code. */
const REFUSALS: Readonly<Record<string, Words>> = {
  qr_stale: {
    sign: LATE,
    title: 'This code is too old',
    text: 'The code changes every few seconds. Scan the one that is on the other screen now.',
  },
  already_claimed: {
    sign: { icon: 'phone', tone: 'warm' },
    title: 'This code was used',
    text: 'Another phone or browser has taken it, or it was finished already. If that was not you, close the page on the other screen. For another sign-in, go back to the website and start again.',
  },
  session_expired: {
    sign: LATE,
    title: 'This sign-in is over',
    text: `It was not confirmed in time. You are not signed in. ${AGAIN}`,
  },
  request_expired: {
    sign: LATE,
    title: 'This sign-in is over',
    text: `The page was open for too long. You are not signed in. ${AGAIN}`,
  },
  session_not_found: {
    sign: OVER,
    title: 'This sign-in is not under way',
    text: `It is long over, or it did not begin here. ${AGAIN}`,
  },
  invalid_transition: {
    sign: OVER,
    title: 'This sign-in is over',
    text: `It was finished or cancelled already. ${AGAIN}`,
  },
  verification_failed: {
    sign: WRONG,
    title: 'That did not work',
    text: `You are not signed in. ${AGAIN}`,
  },
  invalid_request: {
    sign: TROUBLE,
    title: 'That did not work',
    text: `The link or form that led here is not complete, or not one of ours. ${AGAIN}`,
  },
  origin_not_allowed: {
    sign: TROUBLE,
    title: 'That did not work',
    text: 'This form must be sent from its own page. Open that page again.',
  },
  rate_limited: {
    sign: { icon: 'clock', tone: 'accent' },
    title: 'A little slower',
    text: 'Too many sign-ins were tried from here, or the identity app is busy. Wait a minute and try again.',
  },
  connector_unavailable: {
    sign: TROUBLE,
    title: 'The identity app does not answer',
    text: 'You are not signed in. Go back to where you started and try again in a moment.',
  },
};

/** What the website asked for, and the sign-in was not. */
export const UNMET: Readonly<Record<NonNullable<Extract<RedirectEnd, { readonly type: 'ended' }>['unmet']>, Words>> = {
  login_required: {
    sign: WRONG,
    title: 'This was another person',
    text: 'The website asks for another person than the one who signed in. You are not signed in. Go back to where you started, and sign in with the account that you used before.',
  },
  unmet_authentication_requirements: {
    sign: WRONG,
    title: 'This sign-in is not strong enough',
    text: 'The website asks for a stronger sign-in than this one. You are not signed in. Go back to where you started, and choose another way.',
  },
};

/** Where the code stands for several things; each has its own words. */
const REASONS: Readonly<Record<FlowReason, Words>> = {
  wrong_number: {
    sign: WRONG,
    title: 'The number did not match',
    text: 'There is one try, so this sign-in is over. You are not signed in. Go back to the website, start again, and type the two digits that it shows then.',
  },
  other_network: {
    sign: TROUBLE,
    title: 'This phone is on another network',
    text: 'You are not signed in: this phone is not on the network that the website asks for. Connect it and the other screen to one Wi-Fi, then scan the code again.',
  },
  other_browser: {
    sign: { icon: 'info', tone: 'warm' },
    title: 'Go on where you started',
    text: 'This sign-in was begun in another browser or window: go on in that one. You can close this page.',
  },
  other_person: UNMET.login_required,
  acr_not_reached: UNMET.unmet_authentication_requirements,
};

const UNKNOWN: Words = {
  sign: { icon: 'alert', tone: 'bad' },
  title: 'That did not work',
  text: 'Something went wrong here. Start again in a moment.',
};

/**
 * Which browser to go back to, by its name alone: no system, version or address is told. Where the reader's has the same
 * name, that would be no help.
 */
function otherBrowser(holder_agent: string | null, reader: string): Words {
  const name = holder_agent === null ? null : browserName(holder_agent);
  if (name === null || name === browserName(reader)) return REASONS.other_browser;
  return {
    sign: REASONS.other_browser.sign,
    title: `Go back to ${name}`,
    text: `You began this sign-in in ${name}, and only ${name} can finish it. Go on there, or start again there. You can close this page.`,
  };
}

/**
 * Why a page of the sign-in cannot be shown, and what to do.
 * @param reader the user agent of the browser that it is shown in
 */
export function refusalPage(
  refused: { readonly error: string; readonly reason: string | null; readonly holder_agent?: string | null },
  request_id: string,
  reader: string,
): string {
  const { error, reason, holder_agent = null } = refused;
  const known = reason !== null && Object.hasOwn(REASONS, reason) ? (reason as FlowReason) : null;
  const byReason =
    known === 'other_browser' ? otherBrowser(holder_agent, reader) : known === null ? undefined : REASONS[known];
  return noticePage({ ...(byReason ?? REFUSALS[error] ?? UNKNOWN), code: reason ?? error, request_id });
}
