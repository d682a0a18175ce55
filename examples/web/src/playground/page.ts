import { html, type Html } from '../html.ts';
import { choice } from '../pages/choice.ts';
import { layout } from '../pages/layout.ts';
import type { User } from '../sessions.ts';

/** The widget with options to set, and the code for them; `playground.ts` connects the three. */
export function playgroundPage(page: { readonly issuer: string; readonly user: User | null }): string {
  return layout({
    title: 'Playground',
    user: page.user,
    scripts: html`<link rel="stylesheet" href="/assets/playground.css" />
      <script src="${page.issuer}/widget.js" async></script>
      <script type="module" src="/assets/playground.js"></script>`,
    main: html`<section class="playground">
      <h1>Playground</h1>
      <p class="lead">
        Set options, sign in, and take the code along. The <a href="/gallery">gallery</a> shows every state.
      </p>
      <form id="options">
        ${choice('client', 'Client', ['shop', 'shop-strict'])}
        ${choice('display', 'Display', ['inline', 'button', 'dialog'])}
        ${choice('theme', 'Theme', ['auto', 'light', 'dark'])}
        ${choice('connector', 'App', ['any', 'wallet', 'pasby', 'didit', 'krdpass', 'uaepass', 'paswad', 'oidc'])}
        ${choice('refresh-expired', 'Expired code', ['auto', 'manual', 'never'])}
        <label>Colour <input type="color" name="accent" value="#2c5a4b" /></label>
        <label>Corners <input type="range" name="radius" min="0" max="32" value="16" /></label>
        <label>Width <input type="range" name="width" min="280" max="760" step="20" value="400" /></label>
      </form>
      <div class="place" id="place" data-server="${page.issuer}"></div>
      <div class="codes">
        ${code('script', 'Script tag')} ${code('element', 'Element')} ${code('react', 'React')}
        ${code('style', 'Style')}
      </div>
    </section>`,
  });
}

function code(id: string, title: string): Html {
  return html`<section aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    <pre tabindex="0"><code id="${id}"></code></pre>
    <button type="button" class="button" data-copies="${id}">Copy</button>
  </section>`;
}
