import { story } from '../gallery-story.ts';
import { expect, shows } from '../story.ts';
import { brokenRules } from '../world/cell-rules.ts';
import { type Cell, type Gallery, nameOf } from '../world/gallery.ts';

const SIZES = ['280x800', '360x800', '640x800', '1280x800', '1366x600', '844x390'] as const;
const THEMES = ['light', 'dark'] as const;
const DIRECTIONS = ['ltr', 'rtl'] as const;

async function wrongIn(gallery: Gallery, cells: readonly Cell[]): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const cell of cells) {
    await gallery.show(cell);
    wrong.push(...(await brokenRules(gallery.page)).map((rule) => `${nameOf(cell)}: ${rule}`));
  }
  return wrong;
}

story('every state once, in one theme, direction and window each', shows('GALLERY-RULES'), async ({ gallery }) => {
  const cells = gallery.states.map((state, i): Cell => {
    const [theme, dir, size] = [THEMES[i % 2]!, DIRECTIONS[Math.floor(i / 2) % 2]!, SIZES[i % SIZES.length]!];
    return { state, theme, dir, size };
  });
  expect(cells.length, 'or the gallery has lost its states').toBeGreaterThan(60);
  expect(await wrongIn(gallery, cells)).toEqual([]);
});

for (const size of SIZES) {
  story(
    `every state in a window of ${size}, each theme and direction @long`,
    shows('GALLERY-RULES'),
    async ({ gallery }) => {
      story.setTimeout(300_000);
      const cells = gallery.states.flatMap((state) =>
        THEMES.flatMap((theme) => DIRECTIONS.map((dir): Cell => ({ state, theme, dir, size }))),
      );
      expect(await wrongIn(gallery, cells)).toEqual([]);
    },
  );
}

for (const [rule, css] of [
  [/scrolls sideways/, '.bk-card { min-inline-size: 400px }'],
  [/cut at its side/, '.bk-title { overflow: hidden; white-space: nowrap; inline-size: 3em }'],
  [/cut at its end/, '.bk-title { overflow: hidden; block-size: 12px }'],
  [/text out of its card/, '.bk-title { position: relative; inset-inline-start: 12em }'],
  [
    /px to press, 24 asked for/,
    '.bk-quiet { block-size: 20px !important; min-block-size: 0 !important; padding: 0 !important }',
  ],
  [/px to press, 44 asked for/, '.bk-primary { block-size: 40px !important; min-block-size: 0 !important }'],
  [/lies over/, '.bk-quiet { position: fixed !important; inset: 0 }'],
  [/axe color-contrast/, '.bk-title { color: #aaa !important }'],
] as const) {
  story(`what breaks a rule is found: ${css}`, shows('GALLERY-RULES'), async ({ gallery }) => {
    await gallery.show({ state: 'same-device-phone', theme: 'light', dir: 'ltr', size: '360x800' });
    const sheet = await gallery.page.evaluateHandle((rules) => {
      const added = new CSSStyleSheet();
      added.replaceSync(rules.replaceAll('.bk', '.beckon .bk'));
      document.adoptedStyleSheets.push(added);
      return added;
    }, css);
    expect(await brokenRules(gallery.page)).toContainEqual(expect.stringMatching(rule));
    await sheet.evaluate((added) => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== added);
    });
  });
}
