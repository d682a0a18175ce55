import type { Client } from '../../session/index.ts';
import { domainOf } from './domain.ts';
import { type Html, html } from './html.ts';

/** The languages that the hosted page speaks: by BCP 47 tag, what people who read it call it. */
const LANGUAGES = [['en', 'English']] as const;

/**
 * With whom the person deals, beneath the sign-in: where it leads, the client's own pages, the operator's help. In a
 * client's frame there is none of it: the page around it and the address bar say it there.
 */
export function aboutSignIn(client: Client, redirect_uri: string, helpUrl: string | null): Html {
  const { client_name: name, client_uri, policy_uri, tos_uri } = client;
  const links = [
    ...link(client_uri, `About ${name}`),
    ...link(policy_uri, 'Privacy'),
    ...link(tos_uri, 'Terms'),
    ...link(helpUrl, 'Help'),
  ];
  return html`<footer class="about">
    <p>You return to <b>${domainOf({ name, origin: redirect_uri })}</b></p>
    <ul>
      ${links} ${LANGUAGES.map(([tag, called]) => html`<li lang="${tag}">${called}</li>`)}
    </ul>
  </footer>`;
}

/** In a tab of its own: the sign-in goes on in this one. */
function link(uri: string | null, says: string): readonly Html[] {
  return uri === null ? [] : [html`<li><a href="${uri}" target="_blank" rel="noopener noreferrer">${says}</a></li>`];
}
