import type { RedirectEnd } from '../../flow/index.ts';
import type { Sign } from './badge.ts';
import { noticePage } from './page.ts';
import { UNMET } from './refusal-page.ts';

/** The phone's last page, across devices. `collected`: the other screen has taken the sign-in over. */
export function endPage(client_name: string, collected: boolean): string {
  return noticePage({
    sign: collected ? { icon: 'check', tone: 'good' } : { icon: 'phone', tone: 'accent' },
    title: collected ? 'Done' : 'Done on this phone',
    text: collected
      ? `Go back to your other screen: ${client_name} goes on there. You can close this page.`
      : `You approved. Look at your other screen: it may ask whether this was you. If it does not go on to ${client_name}, you are not signed in. Start again there.`,
  });
}

type Ended = Extract<RedirectEnd, { readonly type: 'ended' }>;

const ENDS: Readonly<Record<Ended['status'], { readonly sign: Sign; readonly title: string; readonly text: string }>> =
  {
    completed: {
      sign: { icon: 'check', tone: 'good' },
      title: 'Done',
      text: 'You are signed in. You can close this page.',
    },
    declined: {
      sign: { icon: 'cross', tone: 'calm' },
      title: 'Declined',
      text: 'You are not signed in, and nothing was shared. You can close this page.',
    },
    expired: {
      sign: { icon: 'clock', tone: 'calm' },
      title: 'This sign-in is over',
      text: 'It was not confirmed in time. You are not signed in. Go back to where you started, and start again.',
    },
    cancelled: {
      sign: { icon: 'cross', tone: 'calm' },
      title: 'Cancelled',
      text: 'The sign-in was cancelled where it was started. You can close this page.',
    },
    failed: {
      sign: { icon: 'alert', tone: 'warm' },
      title: 'That did not work',
      text: 'The identity app could not be reached, or gave no usable answer. You are not signed in. Go back to where you started, and start again.',
    },
  };

/**
 * A sign-in that ended otherwise; with the provider's own words where it prescribes some.
 * @param request_id the request's id, where something went wrong
 */
export function notHerePage(
  { status, message, unmet }: Omit<Ended, 'type' | 'client_name'>,
  request_id?: string,
): string {
  const told = unmet === null ? ENDS[status] : UNMET[unmet];
  return noticePage({
    ...told,
    text: message ?? told.text,
    ...(request_id === undefined ? {} : { code: unmet ?? status, request_id }),
  });
}

/** The person said that they did not begin this. */
export function notMePage(): string {
  return noticePage({
    sign: { icon: 'shield', tone: 'warm' },
    title: 'Declined',
    text: 'Good that you looked. You are not signed in, and nothing was shared. A stranger may have sent or shown you this. You can close this page.',
  });
}
