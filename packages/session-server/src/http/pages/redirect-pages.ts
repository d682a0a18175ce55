import type { EndStatus } from '@beckon/protocol';
import { noticePage } from './page.ts';

/** The phone's last page, across devices. `collected`: the other screen has taken the sign-in over. */
export function endPage(client_name: string, collected: boolean): string {
  return noticePage({
    title: collected ? 'Done' : 'Done on this phone',
    text: collected
      ? `Go back to your other screen: ${client_name} goes on there. You can close this page.`
      : `You approved. Look at your other screen: it may ask whether this was you. If it does not go on to ${client_name}, you are not signed in. Start again there.`,
  });
}

const ENDS: Readonly<Record<EndStatus, { readonly title: string; readonly text: string }>> = {
  completed: { title: 'Done', text: 'You are signed in. You can close this page.' },
  declined: { title: 'Declined', text: 'You are not signed in, and nothing was shared. You can close this page.' },
  expired: {
    title: 'This sign-in is over',
    text: 'It was not confirmed in time. Go back to where you started, and start again.',
  },
  cancelled: { title: 'Cancelled', text: 'The sign-in was cancelled where it was started. You can close this page.' },
  failed: {
    title: 'That did not work',
    text: 'The identity app could not be reached, or gave no usable answer. You are not signed in. Go back to where you started, and start again.',
  },
};

/**
 * A sign-in that ended otherwise; with the provider's own words where it prescribes some.
 * @param request_id the request's id, where something went wrong
 */
export function notHerePage(
  end: { readonly status: EndStatus; readonly message: string | null },
  request_id?: string,
): string {
  const { title, text } = ENDS[end.status];
  return noticePage({ title, text: end.message ?? text, request_id });
}
