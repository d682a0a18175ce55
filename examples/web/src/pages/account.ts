import { html, type Html } from '../html.ts';
import type { User } from '../sessions.ts';
import { displayName, layout } from './layout.ts';

const TIMES = new Set(['auth_time', 'exp', 'iat']);

/** Who is signed in, and every claim that came with it. */
export function accountPage(user: User): string {
  return layout({
    title: 'Your account',
    user,
    main: html`<section class="account">
      <h1>Hello, ${displayName(user)}</h1>
      <p class="lead">You are signed in. This is all that the shop was told about you.</p>
      <dl class="claims">
        ${Object.entries(user.claims).map(
          ([claim, value]) =>
            html`<div>
              <dt>${claim}</dt>
              <dd data-claim="${claim}">${claimText(claim, value)}</dd>
            </div>`,
        )}
      </dl>
      ${tokens(user)}
      <div class="actions">
        ${
          user.tokens.refresh === null
            ? null
            : html`<form method="post" action="/refresh"><button class="button">Refresh the tokens</button></form>`
        }
        <form method="post" action="/logout"><button class="button">Sign out here</button></form>
        <form method="post" action="/logout/everywhere"><button class="button">Sign out everywhere</button></form>
      </div>
    </section>`,
  });
}

/** What the shop's backend holds, without the tokens themselves. */
function tokens({ tokens: { access_until, scope }, changed }: User): Html {
  return html`<h2>Tokens</h2>
    <dl class="claims">
      <div>
        <dt>granted</dt>
        <dd data-token="scope">${scope}</dd>
      </div>
      <div>
        <dt>access token until</dt>
        <dd data-token="access_until">${new Date(access_until * 1000).toISOString()}</dd>
      </div>
      ${
        changed === null
          ? null
          : html`<div>
              <dt>changed by the refresh</dt>
              <dd data-token="changed">${changed.join(', ')}</dd>
            </div>`
      }
    </dl>`;
}

function claimText(claim: string, value: unknown): string {
  if (TIMES.has(claim) && typeof value === 'number') return new Date(value * 1000).toISOString();
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Leads on by itself. @param to where the browser is signed out, too */
export function leavingPage(to: string): string {
  return layout({
    title: 'Signing out',
    user: null,
    scripts: html`<meta http-equiv="refresh" content="0; url=${to}" />`,
    main: html`<section class="problem">
      <h1>Signing you out</h1>
      <p class="actions"><a class="button" href="${to}">Continue</a></p>
    </section>`,
  });
}

interface Problem {
  readonly title: string;
  readonly text: string;
  /** For the reader of a bug report. */
  readonly code?: string | null;
  readonly retry: string;
  readonly user: User | null;
}

export function problemPage({ title, text, code, retry, user }: Problem): string {
  return layout({
    title,
    user,
    main: html`<section class="problem">
      <h1>${title}</h1>
      <p class="lead">${text}</p>
      <p class="actions"><a class="button" href="${retry}">Try again</a> <a href="/">Back to the shop</a></p>
      ${code ? html`<p class="code">Code: <code>${code}</code></p>` : null}
    </section>`,
  });
}
