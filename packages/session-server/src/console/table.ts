import { type Html, html } from '../http/pages/html.ts';

/** A cell: text, or HTML that was made here. */
export type Cell = string | number | Html | null;

/**
 * A table that is a list of cards where the window is narrow. What each cell is, the column's head says, and in a card
 * the cell itself.
 * @param empty what the page says where there are no rows
 */
export function table(
  label: string,
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  empty: string,
): Html {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`;
  return html`<table role="table" aria-label="${label}">
    <thead role="rowgroup">
      <tr role="row">
        ${columns.map((column) => html`<th role="columnheader" scope="col">${column}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map(
        (cells) =>
          html`<tr role="row">
            ${cells.map((cell, n) => html`<td role="cell" data-label="${columns[n] ?? ''}" ${cell === null ? html`data-empty` : null}>${cell ?? '—'}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** What is known of one thing: names and values. */
export function facts(rows: readonly (readonly [name: string, value: Cell])[]): Html {
  return html`<dl class="facts">
    ${rows.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value ?? '—'}</dd>
        </div>`,
    )}
  </dl>`;
}

/** How something stands, in a word with a colour of its own. */
export function state(word: string, tone: 'good' | 'bad' | 'warm' | 'calm'): Html {
  return html`<span class="state" data-tone="${tone}">${word}</span>`;
}

/** A page's way to the next rows; nothing at the end. @param href with the cursor in it */
export function more(href: string | null): Html | null {
  return href === null ? null : html`<p class="more"><a class="button quiet" href="${href}">More</a></p>`;
}

/** A choice of one value, or of all. */
export function select(name: string, chosen: string, values: readonly string[]): Html {
  return html`<select name="${name}">
    <option value="">All</option>
    ${values.map(
      (value) => html`<option value="${value}" ${value === chosen ? html`selected` : null}>${value}</option>`,
    )}
  </select>`;
}
