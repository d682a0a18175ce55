import { type Html, html } from './html.ts';

/** Where the script below is served. */
export const SANDBOX_PHONE_PATH = '/sandbox-phone.js';

/** Hidden until there is a code that it can carry. */
export function sandboxPhoneLink(phone: string): Html {
  return html`<p class="sandbox-phone" hidden>
    <a href="${phone}" target="_blank" rel="noopener">Open the sandbox phone with this code</a>
  </p>`;
}

/**
 * Keeps the link's `#text=` at the code that the widget shows, so that trying a sign-in on one machine needs no camera.
 */
export const SANDBOX_PHONE_SCRIPT = `const place = document.querySelector('.sandbox-phone');
const link = place.querySelector('a');
const phone = link.href;
let state = null;

document.addEventListener('beckon-status', (event) => {
  state = event.detail.state;
  follow();
});
// A frame lasts two seconds.
setInterval(follow, 500);

function follow() {
  const text = codeText();
  place.hidden = text === null;
  if (text !== null) link.href = phone + '#text=' + encodeURIComponent(text);
}

function codeText() {
  if (state?.phase === 'same_device') return state.url;
  if (state?.phase !== 'qr') return null;
  const { qr } = state;
  const now = performance.timeOrigin + performance.now() + state.session.clockOffset;
  // A provider's own codes. The browser may also have cached the script of release 0.1, which tells each frame with its times.
  if (qr.frames) return (qr.frames.findLast(({ from_ms = 0 }) => from_ms <= now) ?? qr.frames[0]).text;
  const shown = Math.floor((now - qr.from_ms) / qr.interval_ms);
  const index = Math.max(0, Math.min(shown, qr.macs.length - 1));
  return qr.prefix + (qr.step + index) + '.' + qr.macs[index];
}
`;
