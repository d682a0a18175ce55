import { encodeQR } from 'qr';
import { type Html, html } from './html.ts';

/** Light modules around the code, as ISO/IEC 18004 §5.3.8 asks. */
const QUIET_ZONE = 4;
const WIDTH_PX = 260;
/** Below this, phones have to come close. */
const SMALLEST_MODULE_PX = 4;

/** A QR code as a picture in the page: dark on light in both themes, one path, no script and no inline style. */
export function qrSvg(text: string, label: string): Html {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: QUIET_ZONE });
  const path = rows
    .flatMap((row, y) =>
      row.map((dark, x) => (dark && row[x - 1] !== true ? `M${x} ${y}h${runFrom(row, x)}v1H${x}z` : '')),
    )
    .join('');
  // Modules of whole pixels have even edges.
  const width = Math.max(SMALLEST_MODULE_PX, Math.floor(WIDTH_PX / rows.length)) * rows.length;
  return html`<svg
    class="code"
    width="${width}"
    viewBox="0 0 ${rows.length} ${rows.length}"
    role="img"
    aria-label="${label}"
  >
    <path d="${path}" />
  </svg>`;
}

/** How many dark modules stand side by side from there. */
function runFrom(row: readonly boolean[], from: number): number {
  const end = row.indexOf(false, from);
  return (end === -1 ? row.length : end) - from;
}
