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
  const { qr } = state;
  const now = performance.timeOrigin + performance.now() + state.session.clockOffset;
  // A provider's own codes. A page may also have the script of release 0.1, which tells each frame with its times.
  if (qr.frames) return (qr.frames.findLast(({ from_ms = 0 }) => from_ms <= now) ?? qr.frames[0]).text;
  const shown = Math.floor((now - qr.from_ms) / qr.interval_ms);
  const index = Math.max(0, Math.min(shown, qr.macs.length - 1));
  return `${qr.prefix}${qr.step + index}.${qr.macs[index]}`;
}
