import { type Html, html } from './html.ts';

/** What a form sends besides what the person types and presses. */
export function hiddenFields(values: Readonly<Record<string, string>>): readonly Html[] {
  return Object.entries(values).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`);
}
