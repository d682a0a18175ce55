import type { Client } from '../../session/index.ts';
import { html } from './html.ts';
import { hiddenFields } from './hidden-fields.ts';
import { aboutSignIn } from './about-sign-in.ts';
import { page } from './page.ts';
import { SANDBOX_PHONE_PATH, sandboxPhoneLink } from './sandbox-phone.ts';

/**
 * The hosted sign-in page: the widget, full page or inside a client's frame. `data-hosted` tells
 * the element that it is the page; `data-allowed-origins` tells its frame guest whom to talk to.
 */
export function signInPage(
  client: Client,
  request_uri: string,
  script: { readonly loader: string; readonly element: string; readonly encoder: string },
  {
    framed,
    redirect_uri,
    helpUrl,
    sandboxPhone,
    site,
  }: {
    readonly framed: boolean;
    readonly redirect_uri: string;
    readonly helpUrl: string | null;
    readonly sandboxPhone: string | null;
    /** The website's address, for a person who must begin again in another browser; null where the client is an app. */
    readonly site: string | null;
  },
): string {
  return page({
    framed,
    title: `Sign in to ${client.client_name}`,
    // Both chunks are needed for certain here: they come beside the loader, not after it.
    scripts: [
      html`<script src="/${script.loader}" async></script>`,
      html`<link rel="modulepreload" href="/${script.element}" />`,
      html`<link rel="modulepreload" href="/${script.encoder}" />`,
      ...(sandboxPhone === null ? [] : [html`<script src="${SANDBOX_PHONE_PATH}" defer></script>`]),
    ],
    body: html`<main class="hosted">
      <beckon-signin
        data-hosted
        client-id="${client.client_id}"
        request-uri="${request_uri}"
        data-allowed-origins="${client.allowed_origins.join(' ')}"
        ${site === null ? null : html`data-site="${site}"`}
      ></beckon-signin>
      ${sandboxPhone === null ? null : sandboxPhoneLink(sandboxPhone)}
      <noscript>
        <div class="card">
          <h1>Sign in to ${client.client_name}</h1>
          <p>This browser runs no JavaScript here. You can sign in without.</p>
          <form class="actions" method="post" action="/no-script" target="_top">
            ${hiddenFields({ client_id: client.client_id, request_uri })}
            <button class="button">Continue</button>
          </form>
        </div>
      </noscript>
      ${framed ? null : aboutSignIn(client, redirect_uri, helpUrl)}
    </main>`,
  });
}
