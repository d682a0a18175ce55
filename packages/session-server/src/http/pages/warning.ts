import { icon } from './badge.ts';
import { type Html, html } from './html.ts';

/** Beside the answer, always in sight. @param doubt a reason to look twice, which comes first; null for none */
export function warning(text: string, doubt: string | null = null): Html {
  return html`<p class="warning" role="note" ${doubt === null ? null : html`data-doubt`}>
    ${icon(doubt === null ? 'shield' : 'alert')}<span
      >${doubt === null ? null : html`<strong>${doubt}</strong> `}${text}</span
    >
  </p>`;
}
