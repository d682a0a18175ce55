import type { FunnelReport } from '../funnel/index.ts';
import { type Html, html } from '../http/pages/html.ts';
import { coursePicture, funnelPicture } from './funnel-picture.ts';
import { state, table } from './table.ts';
import { countText } from './words.ts';

/** A part of the server, and how it is. */
export interface HealthLine {
  readonly name: string;
  readonly is_well: boolean;
  /** A number, or why it is not well. */
  readonly says: string;
}

/** What an operator sees first: how sign-ins go, which go on right now, and whether the server is well. */
export function overviewBody(options: {
  readonly funnel: FunnelReport;
  /** What people call a connector. */
  readonly nameOf: (connector: string) => string;
  readonly health: readonly HealthLine[];
  readonly live: Html;
}): Html {
  const { funnel, nameOf, health, live } = options;
  const total = funnel.hours.reduce((sum, { steps }) => sum + steps.signed_in, 0);
  return html`<p class="small">The last 24 hours. Times are in UTC.</p>
    <h2>Sign-ins by hour</h2>
    ${coursePicture(funnel.hours)}
    <p class="small">${countText(total)} people signed in.</p>
    <h2>How far they come</h2>
    ${
      funnel.connectors.length === 0
        ? html`<p class="empty">No code was shown in the last 24 hours. The first sign-in draws a picture here.</p>`
        : html`<div class="grid two">
            ${funnel.connectors.map((sums) => funnelPicture(nameOf(sums.connector), sums))}
          </div>`
    }
    <h2>Right now</h2>
    ${live}
    <h2>Health</h2>
    ${table(
      'Health',
      ['Part', 'State', 'Says'],
      health.map(({ name, is_well, says }) => [
        name,
        state(is_well ? 'well' : 'not well', is_well ? 'good' : 'bad'),
        says,
      ]),
      'Nothing is known.',
    )}`;
}
