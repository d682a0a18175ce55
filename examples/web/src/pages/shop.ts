import { html } from '../html.ts';
import type { User } from '../sessions.ts';
import { layout } from './layout.ts';

const COFFEES = [
  { name: 'First Light', notes: 'Peach, honey, black tea', price: '€11', bag: 'a' },
  { name: 'Harbour', notes: 'Hazelnut, cocoa, orange peel', price: '€10', bag: 'b' },
  { name: 'Late Shift', notes: 'Dark chocolate, molasses', price: '€10', bag: 'c' },
] as const;

const WAYS = [
  {
    path: '/redirect',
    name: 'Redirect',
    text: 'An ordinary OpenID Connect redirect. Any client library, no widget on the page.',
  },
  {
    path: '/script-tag',
    name: 'Script tag',
    text: 'One script tag beside the login route that you have. Your backend stays as it is.',
  },
  { path: '/element', name: 'Custom element', text: 'Your backend pushes the request, your page carries the element.' },
  { path: '/react', name: 'React', text: 'A component, with a fresh request from your backend each time it starts.' },
  { path: '/spa', name: 'Single-page app', text: 'A public client: PKCE in the browser, no backend at all.' },
] as const;

/** The front page: the shelf, and every way to sign in. */
export function frontPage(user: User | null): string {
  return layout({
    title: 'Small-batch coffee',
    user,
    main: html`<section class="hero">
        <h1>Roasted on Tuesday,<br />at your door on Thursday.</h1>
        <p>Three coffees, nothing else. Sign in with the identity app that is already on your phone.</p>
        <p class="actions">
          <a class="button" href="${user ? '/me' : '/script-tag'}">${user ? 'Your account' : 'Sign in'}</a>
          <a href="#ways">Every way to sign in</a>
        </p>
      </section>
      <ul class="shelf">
        ${COFFEES.map(
          ({ name, notes, price, bag }) =>
            html`<li>
              <svg class="bag bag-${bag}" viewBox="0 0 80 100" aria-hidden="true">
                <path class="paper" d="M14 14h52l6 76a6 6 0 0 1-6 6H14a6 6 0 0 1-6-6z" />
                <path class="fold" d="M14 4h52v12H14z" />
                <path class="label" d="M24 44h32v30H24z" />
                <path class="bean" d="M40 50c6 0 9 5 9 9s-3 9-9 9-9-5-9-9 3-9 9-9zm0 0c-3 4 3 8 0 18" />
              </svg>
              <h2>${name}</h2>
              <p>${notes}</p>
              <p class="price">${price} <span>· 250 g</span></p>
            </li>`,
        )}
      </ul>
      <section id="ways" class="ways">
        <h2>Every way to sign in</h2>
        <ul>
          ${WAYS.map(
            ({ path, name, text }) =>
              html`<li>
                <a href="${path}">${name}</a>
                <p>${text}</p>
                ${path === '/spa' ? null : html`<a class="quiet" href="${path}?client=shop-strict">with number matching</a>`}
              </li>`,
          )}
        </ul>
        <p class="more">
          For designers: the <a href="/gallery">gallery</a> shows every state of the widget, the
          <a href="/playground">playground</a> its options.
        </p>
      </section>`,
  });
}
