import { type Html, html } from '../http/pages/html.ts';
import { timeText } from '../operator/index.ts';
import { command } from './act.ts';
import { state, table } from './table.ts';

/** A signing key, as the page shows it. Times are ms since the epoch. */
export interface ShownKey {
  readonly alg: string;
  readonly kid: string;
  readonly state: 'signs' | 'next' | 'retired';
  readonly signs_from: number;
  readonly removed_at: number | null;
}

const STATES = {
  signs: ['signs', 'good'],
  next: ['is next', 'warm'],
  retired: ['retired, published', 'calm'],
} as const;

export function keysBody(keys: readonly ShownKey[]): Html {
  return html`<p class="small">
      Times are in UTC. A retired key stays published until the last token that it signed is over.
    </p>
    ${table(
      'Signing keys',
      ['Algorithm', 'Key', 'State', 'Signs from', 'Published until'],
      keys.map(({ alg, kid, state: is, signs_from, removed_at }) => {
        const [says, tone] = STATES[is];
        return [
          alg,
          html`<code>${kid}</code>`,
          state(says, tone),
          timeText(signs_from),
          removed_at === null ? null : timeText(removed_at),
        ];
      }),
      'There is no key.',
    )}
    ${command('To rotate:', 'beckon-server keys rotate')}`;
}
