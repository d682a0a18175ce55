import type { Consent } from '../../flow/index.ts';
import { domainOf } from './domain.ts';
import { type Html, html } from './html.ts';

/** Who asks: the website's mark and name, and the domain at which the sign-in ends. The name is the website's own word, the domain is not. */
export function clientHead(client: Consent['client'], title: (name: Html) => Html): Html {
  const name = html`<bdi class="client">${client.name}</bdi>`;
  return html`<header class="head">
    ${mark(client)}
    <h1>${title(name)}</h1>
    <p class="domain">${domainOf(client)}</p>
  </header>`;
}

/** A picture that does not come leaves nothing behind. */
export function mark({ name, logo_uri }: Pick<Consent['client'], 'name' | 'logo_uri'>): Html {
  return logo_uri === null
    ? html`<div class="mark initial" aria-hidden="true">${initialOf(name)}</div>`
    : html`<img class="mark" src="${logo_uri}" alt="" referrerpolicy="no-referrer" />`;
}

/** The first letter as people see it, accents and all. */
function initialOf(name: string): string {
  const [first] = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(name.trim());
  return first?.segment.toUpperCase() ?? '';
}
