import { html, type Html } from '../html.ts';

/** A labelled list to choose one value from, as the gallery and the playground have them. */
export function choice(name: string, label: string, values: readonly string[]): Html {
  return html`<label>
    ${label}
    <select name="${name}">
      ${values.map((value) => html`<option>${value}</option>`)}
    </select>
  </label>`;
}
