import { createHash } from 'node:crypto';
import type { FormResponse } from '../../flow/index.ts';
import { badge } from './badge.ts';
import { hiddenFields } from './hidden-fields.ts';
import { Html, html } from './html.ts';
import { page } from './page.ts';

const SUBMIT = 'document.forms[0].submit()';

/** What the page's policy must allow: its one script, by hash. */
export const SUBMIT_SOURCE: string = `'sha256-${createHash('sha256').update(SUBMIT).digest('base64')}'`;

/**
 * Posts an authorization response to the relying party (OAuth 2.0 Form Post Response Mode §2): by script, and without
 * one by a press. The response is for the top page also where this page is in a frame. There a browser may want the press.
 */
export function responsePage(client_name: string, { redirect_uri, parameters }: FormResponse): string {
  return page({
    title: `Back to ${client_name}`,
    body: html`<main class="card">
      ${badge({ icon: 'info', tone: 'accent' })}
      <h1>Back to ${client_name}</h1>
      <p class="lead">Your browser goes there now. If nothing happens, press Continue.</p>
      <form method="post" action="${redirect_uri}" target="_top" class="actions">
        ${hiddenFields(parameters)}
        <button class="button">Continue</button>
      </form>
      ${new Html(`<script>${SUBMIT}</script>`)}
    </main>`,
  });
}
