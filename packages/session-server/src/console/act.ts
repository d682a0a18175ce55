import { type Html, html } from '../http/pages/html.ts';

/** An act behind a POST with a form token. What cannot be undone is folded behind a word that says what it does. */
export function act(options: {
  readonly action: string;
  readonly form_token: string;
  /** What the button says. */
  readonly says: string;
  /** What happens, in a sentence; null where the button says it all. */
  readonly consequence: string | null;
  /** What the form sends besides its token. Default: nothing. */
  readonly fields?: Readonly<Record<string, string>>;
}): Html {
  const { action, form_token, says, consequence, fields = {} } = options;
  const form = html`<form method="post" action="${action}">
    <input type="hidden" name="form_token" value="${form_token}" />
    ${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
    ${consequence === null ? null : html`<p>${consequence}</p>`}
    <button class="button small-button ${consequence === null ? 'quiet' : 'grave'}">${says}</button>
  </form>`;
  if (consequence === null) return form;
  return html`<details class="act">
    <summary>${says} …</summary>
    ${form}
  </details>`;
}

/** The command that does what the console does not. */
export function command(says: string, line: string): Html {
  return html`<p class="command">${says} <code>${line}</code></p>`;
}
