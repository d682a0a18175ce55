import { html } from '../html.ts';
import { choice } from '../pages/choice.ts';
import { layout } from '../pages/layout.ts';
import type { User } from '../sessions.ts';

/** Every cell for people to look at; `gallery.ts` fills it. */
export function galleryPage(user: User | null): string {
  return layout({
    title: 'Gallery',
    user,
    scripts: html`<link rel="stylesheet" href="/assets/gallery.css" />
      <script type="module" src="/assets/gallery.js"></script>`,
    main: html`<section class="gallery">
      <h1>Gallery</h1>
      <p class="lead">
        Every state of the widget, by its own components. What the session server says was recorded; nothing is sent.
      </p>
      <form class="filters" id="filters">
        ${choice('state', 'State', ['all'])} ${choice('theme', 'Theme', ['light', 'dark', 'all'])}
        ${choice('dir', 'Direction', ['ltr', 'rtl', 'all'])} ${choice('size', 'Window', [])}
      </form>
      <ul class="sheet" id="sheet"></ul>
    </section>`,
  });
}

/** One cell. Its address says which: `?state=qr&theme=dark&dir=rtl&width=360`. */
export function cellPage(): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Gallery</title>
        <link rel="icon" href="/assets/bean.svg" />
        <link rel="stylesheet" href="/assets/cell-page.css" />
        <script type="module" src="/assets/cell.js"></script>
      </head>
      <body>
        <main id="cell"></main>
      </body>
    </html>`.text;
}
