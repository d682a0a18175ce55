import { noticePage } from './page.ts';
import { browserName } from './readable-user-agent.ts';

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
    title: 'That did not work',
    text: 'You are not signed in. Go back to the website and start again.',
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

/** Where the code stands for several things; each has its own words. */
const REASONS = {
  wrong_number: {
    title: 'The number did not match',
    text: 'There is one try, so this sign-in is over. You are not signed in. Go back to the website, start again, and type the two digits that it shows then.',
  },
  other_network: {
    title: 'This phone is on another network',
    text: 'You are not signed in: this phone is not on the network that the website asks for. Connect it and the other screen to one Wi-Fi, then scan the code again.',
  },
  other_browser: {
    title: 'Go on where you started',
    text: 'This sign-in was begun in another browser or window: go on in that one. You can close this page.',
  },
} satisfies typeof REFUSALS;

const UNKNOWN = { title: 'That did not work', text: 'Something went wrong here. Start again in a moment.' };

/**
 * Which browser to go back to, by its name alone: no system, version or address is told. Where the reader's has the same
 * name, that would be no help.
 */
function otherBrowser(holder_agent: string | null, reader: string): typeof UNKNOWN {
  const name = holder_agent === null ? null : browserName(holder_agent);
  if (name === null || name === browserName(reader)) return REASONS.other_browser;
  return {
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
  const byReason: typeof REFUSALS = { ...REASONS, other_browser: otherBrowser(holder_agent, reader) };
  const page = (reason === null ? undefined : byReason[reason]) ?? REFUSALS[error] ?? UNKNOWN;
  return noticePage({ ...page, request_id });
}
