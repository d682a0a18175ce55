import { type FunnelHour, type FunnelStep, type FunnelSums } from '../funnel/index.ts';
import { type Html, html } from '../http/pages/html.ts';
import { countText, lastedText, partText } from './words.ts';

/** The steps that a sign-in takes one after another, and what people read. */
const STEPS = [
  ['shown', 'Shown'],
  ['scanned', 'Scanned'],
  ['approved', 'Approved'],
  ['signed_in', 'Signed in'],
] as const satisfies readonly (readonly [FunnelStep, string])[];

/** Other ends. */
const LOST = [
  ['declined', 'declined'],
  ['expired', 'ran out of time'],
  ['cancelled', 'cancelled'],
  ['failed', 'failed'],
] as const satisfies readonly (readonly [FunnelStep, string])[];

/** The picture's own units: its width follows the page's. */
const WIDTH = 400;
const HEIGHT = 64;
const COLUMN = WIDTH / STEPS.length;
/** A step that a few reached is still to be seen. */
const LEAST = 1.5;

/** How far the sign-ins of one app came, as a picture with its numbers beneath. */
export function funnelPicture(name: string, { steps, median_ms }: FunnelSums): Html {
  const most = Math.max(...STEPS.map(([step]) => steps[step]));
  const half = (step: FunnelStep): number =>
    steps[step] === 0 ? 0 : Math.max(LEAST, ((steps[step] / most) * HEIGHT) / 2);
  const lost = LOST.filter(([step]) => steps[step] > 0).map(([step, says]) => `${countText(steps[step])} ${says}`);
  return html`<section class="funnel">
    <h3>${name}</h3>
    <svg class="stream" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
      ${STEPS.map(([step], n) => band(n, half(step), half(STEPS[n + 1]?.[0] ?? step)))}
    </svg>
    <ol class="steps">
      ${STEPS.map(([step, says], n) => {
        const before = STEPS[n - 1]?.[0];
        const took = step === 'shown' ? null : median_ms[step];
        return html`<li>
          <b>${countText(steps[step])}</b>
          <span>${says}</span>
          <small>${before === undefined ? '' : partText(steps[step], steps[before])}</small>
          <small>${took === null || steps[step] === 0 ? '' : `in ${lastedText(took)}`}</small>
        </li>`;
      })}
    </ol>
    ${lost.length === 0 ? null : html`<p class="small">Did not arrive: ${lost.join(', ')}.</p>`}
  </section>`;
}

/** One step: as high as it is common, then narrowing to the next. */
function band(n: number, half: number, next: number): Html {
  const [left, bend, right] = [n * COLUMN, (n + 0.45) * COLUMN, (n + 1) * COLUMN];
  const middle = HEIGHT / 2;
  const [low, high] = [middle - half, middle + half];
  const [nextLow, nextHigh] = [middle - next, middle + next];
  const turn = (bend + right) / 2;
  return html`<path
    class="step-${n}"
    d="M${left} ${low}H${bend}C${turn} ${low} ${turn} ${nextLow} ${right} ${nextLow}V${nextHigh}C${turn} ${nextHigh} ${turn} ${high} ${bend} ${high}H${left}Z"
  />`;
}

const COURSE_HEIGHT = 96;
const BAR = 10;
const GAP = 4;

/** The last day, hour by hour: how many codes were shown, and how many people signed in. */
export function coursePicture(hours: readonly FunnelHour[]): Html {
  const most = Math.max(1, ...hours.map(({ steps }) => steps.shown));
  const width = hours.length * (BAR + GAP) - GAP;
  const bar = (n: number, count: number, kind: string): Html => {
    const high = count === 0 ? 0 : Math.max(LEAST, (count / most) * COURSE_HEIGHT);
    return html`<rect
      class="${kind}"
      x="${n * (BAR + GAP)}"
      y="${COURSE_HEIGHT - high}"
      width="${BAR}"
      height="${high}"
    />`;
  };
  return html`<figure class="course">
    <figcaption>
      <span class="key shown">Shown</span> <span class="key signed-in">Signed in</span>
      <span class="most">at most ${countText(most)} an hour</span>
    </figcaption>
    <svg viewBox="0 0 ${width} ${COURSE_HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
      ${hours.flatMap(({ steps }, n) => [bar(n, steps.shown, 'shown'), bar(n, steps.signed_in, 'signed-in')])}
    </svg>
    <div class="axis" aria-hidden="true">
      ${hours.filter((_, n) => n % 6 === 0).map(({ hour }) => html`<span>${hourText(hour)}</span>`)}
    </div>
    <details>
      <summary>As a table</summary>
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">Hour (UTC)</th>
            <th scope="col">Shown</th>
            <th scope="col">Signed in</th>
          </tr>
        </thead>
        <tbody>
          ${hours.map(
            ({ hour, steps }) =>
              html`<tr>
                <th scope="row">${hourText(hour)}</th>
                <td>${countText(steps.shown)}</td>
                <td>${countText(steps.signed_in)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </details>
  </figure>`;
}

function hourText(hour: number): string {
  return new Date(hour).toISOString().slice(11, 16);
}
