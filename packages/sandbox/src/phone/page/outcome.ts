import { h, icon, type IconName } from './dom.ts';
import { failureText } from './wording.ts';

export type Outcome =
  /** `leaving`: the page goes on to the website by itself. `collected`: the other screen has taken the sign-in over. */
  | { readonly kind: 'approved'; readonly client: string; readonly leaving: boolean; readonly collected: boolean }
  | { readonly kind: 'declined'; readonly client: string; readonly leaving: boolean }
  | { readonly kind: 'reported'; readonly leaving: boolean }
  | { readonly kind: 'expired' }
  | { readonly kind: 'failed'; readonly code: string; readonly description: string };

/** The last screen of a sign-in: what happened, and what to do next. */
export function outcomeScreen(outcome: Outcome, done: () => void): HTMLElement {
  const { symbol, title, text } = told(outcome);
  const detail =
    outcome.kind === 'failed'
      ? h(
          'details',
          { class: 'detail' },
          h('summary', {}, 'Details'),
          h('p', {}, h('code', {}, outcome.code)),
          h('p', { dir: 'auto' }, outcome.description),
        )
      : null;
  return h(
    'div',
    { class: 'outcome', 'data-outcome': outcome.kind },
    h('span', { class: 'seal' }, icon(symbol)),
    h('h1', { tabindex: -1 }, title),
    h('p', { class: 'told' }, text),
    detail,
    h(
      'button',
      { type: 'button', class: 'button quiet', onclick: done },
      outcome.kind === 'failed' ? 'Scan again' : 'Done',
    ),
  );
}

function told(outcome: Outcome): { readonly symbol: IconName; readonly title: string; readonly text: string } {
  const back = 'Taking you back to the website…';
  switch (outcome.kind) {
    case 'approved':
      return {
        symbol: 'check',
        title: 'Approved',
        text: outcome.leaving ? back : approvedText(outcome),
      };
    case 'declined':
      return {
        symbol: 'cross',
        title: 'Declined',
        text: outcome.leaving ? back : `${outcome.client} learned nothing about you.`,
      };
    case 'reported':
      return {
        symbol: 'shield',
        title: 'Good that you looked',
        text: 'The sign-in has ended and nothing was shared. A stranger may have shown you a code of theirs.',
      };
    case 'expired':
      return { symbol: 'clock', ...failureText('session_expired') };
    case 'failed':
      return { symbol: 'warning', ...failureText(outcome.code) };
    default:
      return outcome satisfies never;
  }
}

function approvedText({ client, collected }: Extract<Outcome, { readonly kind: 'approved' }>): string {
  return collected
    ? `Go back to your browser: ${client} goes on there.`
    : `Look at your browser: it may ask whether this was you. If it does not go on to ${client}, you are not signed in: start again there.`;
}
