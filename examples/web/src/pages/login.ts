/**
 * The login pages. What an integrator would copy from each is `widget` and `scripts`; the rest is
 * the shop's own look and the notes beside it.
 */
import { html, type Html } from '../html.ts';
import { layout } from './layout.ts';
import type { User } from '../sessions.ts';

export interface LoginPage {
  /** The session server. */
  readonly issuer: string;
  /** Where the sandbox's phone is. */
  readonly phone: string;
  readonly clientId: string;
  /** Is put after the login route: empty, or `?client=…` where this page was asked for with it. */
  readonly query: string;
  readonly user: User | null;
}

/** No widget: the login route sends the browser to the issuer's own page. */
export function redirectPage(page: LoginPage): string {
  return loginPage(page, {
    name: 'Redirect',
    widget: html`<p class="actions"><a class="button" href="${loginUrl(page)}">Continue with your identity app</a></p>`,
    notes: html`<p>
      The button leads to the shop's <code>/login</code>, which redirects to the issuer. Nothing of Beckon's runs on
      this page.
    </p>`,
    snippet: `<a href="${loginUrl(page)}">Sign in</a>`,
  });
}

/** Form A: the shop's existing login route, shown in place. */
export function scriptTagPage(page: LoginPage): string {
  return loginPage(page, {
    name: 'Script tag',
    widget: html`<script src="${page.issuer}/widget.js" async data-login-url="${loginUrl(page)}"></script>`,
    notes: html`<p>
      The same <code>/login</code> as in the redirect, unchanged. The script shows it here, in a frame, and leads this
      page to the callback.
    </p>`,
    snippet: `<script src="${page.issuer}/widget.js" async
        data-login-url="${loginUrl(page)}"></script>`,
  });
}

/** Form B: the backend pushed the request before it rendered the page. */
export function elementPage(page: LoginPage & { readonly requestUri: string }): string {
  return loginPage(page, {
    name: 'Custom element',
    scripts: html`<script src="${page.issuer}/widget.js" async></script>`,
    widget: html`<beckon-signin client-id="${page.clientId}" request-uri="${page.requestUri}"></beckon-signin>`,
    notes: html`<p>
      The backend pushed the authorization request and printed its <code>request-uri</code>. This page also requires
      Trusted Types.
    </p>`,
    snippet: `<script src="${page.issuer}/widget.js" async></script>
<beckon-signin client-id="${page.clientId}"
               request-uri="urn:…"></beckon-signin>`,
  });
}

/** The React component; `src/browser/react.tsx`. */
export function reactPage(page: LoginPage): string {
  return loginPage(page, {
    name: 'React',
    scripts: html`<script type="module" src="/assets/react.js"></script>`,
    widget: html`<div id="sign-in" data-server="${page.issuer}" data-request-url="${requestUrl(page)}"></div>`,
    notes: html`<p>
      The component asks the shop's backend for a request when it starts, so a page that was left open for an hour still
      works.
    </p>`,
    snippet: `import { SignIn } from '@beckon/widget/react';

<SignIn server="${page.issuer}"
        requestUrl="${requestUrl(page)}" />`,
  });
}

/** The public client; `src/browser/spa.ts`. Also answers its callback. */
export function spaPage(page: LoginPage): string {
  return loginPage(page, {
    name: 'Single-page app',
    scripts: html`<script type="module" src="/assets/spa.js"></script>`,
    widget: html`<div id="spa" data-issuer="${page.issuer}"></div>`,
    notes: html`<p>
      A public client: state, nonce and PKCE verifier stay in this tab, and the browser redeems the code itself. The
      shop's backend takes no part.
    </p>`,
    snippet: `<beckon-signin server="${page.issuer}"
               client-id="spa"
               redirect-uri="…/spa/callback"
               scope="openid profile email"
               state="…" nonce="…"
               code-challenge="…"></beckon-signin>`,
  });
}

/** On these pages the widget is the issuer's own page, which links to the phone by itself; its code stays there. */
const ON_ISSUERS_PAGE = new Set(['Redirect', 'Script tag']);

interface Parts {
  readonly name: string;
  readonly widget: Html;
  readonly scripts?: Html;
  readonly notes: Html;
  /** What an integrator copies; shown as text. */
  readonly snippet: string;
}

function loginPage(page: LoginPage, { name, widget, scripts, notes, snippet }: Parts): string {
  const phone = ON_ISSUERS_PAGE.has(name)
    ? {
        link: 'Open the phone without a code',
        hint: 'The link beneath the code opens it with the code, no camera needed.',
      }
    : { link: 'Open the sandbox phone', hint: 'The link brings the code along, no camera needed.' };
  return layout({
    title: 'Sign in',
    user: page.user,
    scripts: html`${scripts}
      <script type="module" src="/assets/phone-link.js"></script>`,
    main: html`<div class="login">
      <section class="card" aria-labelledby="sign-in-title">
        <h1 id="sign-in-title">Welcome back</h1>
        <p class="lead">Sign in to see your orders. No password needed.</p>
        ${widget}
      </section>
      <aside class="notes">
        <h2>${name}</h2>
        ${notes}
        <pre tabindex="0"><code>${snippet}</code></pre>
        <p class="phone">
          <a href="${page.phone}" target="_blank" rel="noopener" data-phone>${phone.link}</a>
          <span>${phone.hint}</span>
        </p>
      </aside>
    </div>`,
  });
}

function loginUrl({ query }: LoginPage): string {
  return `/login${query}`;
}

function requestUrl({ query }: LoginPage): string {
  return `/login/request${query}`;
}
