import type { Consent } from '../../flow/index.ts';
import { domainOf } from './domain.ts';
import { html } from './html.ts';
import { answers, askPage, goOn } from './phone-page.ts';
import { warning } from './warning.ts';

/** The link on the same device, opened by a browser that its owner did not announce. Only the form's POST goes on. */
export function startPage(client: Consent['client'], app_name: string, form_token: string): string {
  return askPage(client, {
    careful: warning(
      `Go on only if you started to sign in at ${domainOf(client)} yourself just now. Close this page if another person sent you this link.`,
    ),
    rest: html`<p class="lead">Continue to sign in with ${app_name} on the website of ${client.name}.</p>
      ${answers({ form_token }, goOn(app_name))}`,
  });
}
