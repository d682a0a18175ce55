/**
 * Lets the link to the sandbox's phone carry what the QR code says, so that a demo on one computer
 * needs no camera. A real shop has nothing like it.
 */
const link = document.querySelector('[data-phone]');
const phone = link.href;
let state = null;

document.addEventListener('beckon-status', (event) => {
  state = event.detail.state;
  follow();
});
// A QR frame lasts two seconds.
setInterval(follow, 500);

function follow() {
  const text = qrText();
  link.href = text === null ? phone : `${phone}#text=${encodeURIComponent(text)}`;
}

function qrText() {
  if (state?.phase === 'same_device') return state.url;
  if (state?.phase !== 'qr') return null;
  const now = performance.timeOrigin + performance.now() + state.session.clockOffset;
  const { frames } = state.qr;
  return (frames.findLast(({ from_ms = 0 }) => from_ms <= now) ?? frames[0]).text;
}
