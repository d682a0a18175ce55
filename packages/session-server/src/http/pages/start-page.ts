import type { Consent } from '../../flow/index.ts';
import { html } from './html.ts';
import { domainOf } from './domain.ts';
import { page } from './page.ts';

/** The link on the same device, opened by a browser that its owner did not announce. Only the form's POST goes on. */
export function startPage(client: Consent['client'], app_name: string, form_token: string): string {
  const domain = domainOf(client);
  return page({
    title: `Sign in to ${client.name}`,
    body: html`<main class="card phone">
      <p class="eyebrow">Sign-in request</p>
      <h1>${client.name}</h1>
      <p class="domain">${domain}</p>
      <p>Continue to sign in with ${app_name} at ${client.name}.</p>
      <p class="warning" role="note">
        Go on only if you started to sign in at ${domain} yourself just now. Close this page if another person sent you
        this link.
      </p>
      <form method="post" class="actions">
        <input type="hidden" name="form_token" value="${form_token}" />
        <button class="button quiet" name="action" value="not_me">This wasn’t me</button>
        <button class="button" name="action" value="continue">Continue with ${app_name}</button>
      </form>
    </main>`,
  });
}
