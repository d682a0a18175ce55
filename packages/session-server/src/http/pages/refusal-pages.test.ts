import { ERROR_STATUS } from '@beckon/protocol';
import { expect, it } from 'vitest';
import { notHerePage, notMePage } from './redirect-pages.ts';
import { refusalPage } from './refusal-page.ts';

/** What a person reads without unfolding anything. */
function wordsOf(page: string): string {
  return page
    .replace(/<head>.*<\/head>/s, '')
    .replace(/<details.*<\/details>/s, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

const REASONS = ['wrong_number', 'other_network', 'other_browser', 'other_person', 'acr_not_reached'];
const CASES = [
  ...Object.keys(ERROR_STATUS).map((error) => ({ error, reason: null })),
  ...REASONS.map((reason) => ({ error: 'verification_failed', reason })),
  { error: 'something_new', reason: 'something_new' },
];

it.each(CASES)(
  'FT-C50a: $error ($reason) is told with what to do next, and its code and id are folded away',
  (cause) => {
    const page = refusalPage(cause, 'of-this-request', '');
    const words = wordsOf(page);
    expect(words).toMatch(/[Gg]o back|[Gg]o on|[Ss]tart again|[Ss]can|[Tt]ry again|Open that page/);
    expect(words).not.toMatch(/[a-z]_[a-z]|of-this-request/);
    expect(page).toContain(`Code: <code>${cause.reason ?? cause.error}</code>`);
    expect(page).toContain('Request ID: <code>of-this-request</code>');
  },
);

it('FT-C50a: what the website asked for in vain has words of its own, whichever page tells it', () => {
  for (const [unmet, reason, title] of [
    ['login_required', 'other_person', 'This was another person'],
    ['unmet_authentication_requirements', 'acr_not_reached', 'This sign-in is not strong enough'],
  ] as const) {
    expect(wordsOf(notHerePage({ status: 'failed', message: null, unmet }))).toContain(title);
    expect(wordsOf(refusalPage({ error: 'verification_failed', reason }, 'r', ''))).toContain(title);
  }
});

it('FT-C50a: each end has its own words, and the provider’s own go before ours', () => {
  const ends = (['completed', 'declined', 'expired', 'cancelled', 'failed'] as const).map((status) =>
    wordsOf(notHerePage({ status, message: null, unmet: null })),
  );
  expect(new Set([...ends, wordsOf(notMePage())]).size).toBe(6);
  const theirs = wordsOf(notHerePage({ status: 'declined', message: 'Use <another> card.', unmet: null }));
  expect(theirs).toBe('Declined Use &lt;another&gt; card.');
});
