import { story } from '../gallery-story.ts';
import { expect, shows } from '../story.ts';
import { type Cell, nameOf, openGallery, photograph } from '../world/gallery.ts';
import { readQr, readQrByZxing } from '../world/qr.ts';

/** What the demo's connectors put into codes, as recorded. */
const TEXT =
  /^(?:HTTPS:\/\/ID\.EXAMPLE\.COM\/Q\/[0-9A-Z]+\.\d+\.[0-9A-Z]+|pasby:\/\/\S+|https:\/\/app\.example\/didit\/\S+)$/;
const CONNECTORS = ['wallet', 'pasby', 'didit', 'krdpass', 'uaepass', 'paswad', 'oidc'];

/** A page at 200 % has half the CSS px, and twice the pixels for each. */
for (const [screen, ratio, size] of [
  ['280 px', 1, '280x800'],
  ['pixel ratio 1', 1, '1280x800'],
  ['pixel ratio 2', 2, '360x800'],
  ['pixel ratio 3', 3, '360x800'],
  ['200 % zoom', 2, '640x400'],
] as const) {
  for (const colours of ['light', 'dark', 'forced'] as const) {
    story(
      `two decoders read every connector's code: ${screen}, ${colours} @long`,
      shows('QR-READABLE'),
      async ({ shop, still }) => {
        const forcedColors = colours === 'forced' ? 'active' : 'none';
        const gallery = await openGallery(still, shop, { ratio, forcedColors });
        for (const connector of CONNECTORS) {
          const cell: Cell = {
            state: `qr-${connector}`,
            theme: colours === 'dark' ? 'dark' : 'light',
            dir: 'ltr',
            size,
          };
          const png = await photograph(gallery, cell);
          const read = readQr(png);
          expect(read, `jsQR reads no code: ${nameOf(cell)}`).toMatch(TEXT);
          expect(await readQrByZxing(png), `ZXing reads another: ${nameOf(cell)}`).toBe(read);
        }
        gallery.problems.assertNone();
        await gallery.page.context().close();
      },
    );
  }
}
