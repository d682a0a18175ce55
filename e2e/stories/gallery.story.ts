import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { story } from '../gallery-story.ts';
import { expect, shows } from '../story.ts';
import { brokenRules, scrolled } from '../world/cell-rules.ts';
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

story(
  'a code and a list come where their skeleton was, with a mark and without',
  shows('LOOK-STILL'),
  async ({ gallery }) => {
    const places: Record<string, unknown> = {};
    for (const state of ['starting', 'qr', 'qr-bare', 'choosing-7', 'choosing-bare']) {
      await gallery.show({ state, theme: 'light', dir: 'ltr', size: '360x800' });
      places[state] = await gallery.page.evaluate(() =>
        ['.bk-title', '.bk-wait, .bk-qr'].map((part) => {
          const { y, height } = document.querySelector(`.beckon :is(${part})`)?.getBoundingClientRect() ?? {};
          return y === undefined ? null : [y, height];
        }),
      );
    }
    const [title, plate] = places['starting'] as readonly unknown[];
    expect(plate, 'there is a skeleton').not.toBeNull();
    expect(places).toEqual({
      starting: [title, plate],
      qr: [title, plate],
      'qr-bare': [title, plate],
      'choosing-7': [title, null],
      'choosing-bare': [title, null],
    });
  },
);

/** Not to be seen in a cell. */
const UNSEEN: Readonly<Record<string, string>> = {
  notLoaded: 'it stands for a file without which no cell is drawn; the stories of mistakes show it',
};

/** What the widget can say, by key, out of its sources: no package exports that. */
async function sentences(): Promise<readonly (readonly [key: string, message: string])[]> {
  const folder = join(import.meta.dirname, '../../packages/widget/src/messages');
  const texts = await Promise.all(['en.ts', 'frame-en.ts'].map((file) => readFile(join(folder, file), 'utf8')));
  const found = texts.join('').matchAll(/^ {2}(\w+):\s+'(.+)',$/gm);
  return [...found].map(([, key = '', message = '']) => [key, message]);
}

/** All that the cell says: what is written, what a screen reader hears, what stands in fields. */
const wordsOf = ({ page }: Gallery): Promise<string> =>
  page.evaluate(() => {
    const widget = document.querySelector('.beckon')!;
    const named = [...widget.querySelectorAll('[aria-label], [placeholder]')].flatMap((element) => [
      element.getAttribute('aria-label'),
      element.getAttribute('placeholder'),
    ]);
    const parts = [...widget.querySelectorAll('*')].map(({ textContent }) => textContent);
    return [...parts, ...named].join('\n');
  });

story(
  'every sentence is in a cell, and in low windows nothing is to be scrolled',
  shows('FT-C61', 'FT-C62'),
  async ({ gallery }) => {
    const said: string[] = [];
    const [moves, fit]: [string[], string[]] = [[], []];
    for (const state of gallery.states) {
      // The lower one; the story of the other is long.
      await gallery.show({ state, theme: 'light', dir: 'ltr', size: '844x390' });
      said.push(await wordsOf(gallery));
      const { found, why } = await scrolled(gallery.page);
      if (why === '') moves.push(...found.map((each) => `${state}: ${each}`));
      else if (found.length === 0) fit.push(state);
    }
    expect(moves, 'scrolls in a low window, and says no reason').toEqual([]);
    expect(fit, 'says why it scrolls, and fits').toEqual([]);

    const all = said.join('\n');
    const sayable = await sentences();
    expect(sayable.length, 'or the messages are written in a way that this story cannot read').toBeGreaterThan(110);
    const missing = sayable.filter(([, message]) => {
      const parts = message.split(/\{\w+\}/).map((part) => part.replaceAll(/[^\w\s]/g, '\\$&'));
      return !new RegExp(parts.join('[^\\n]+?'), 'i').test(all);
    });
    expect(missing.map(([key]) => key)).toEqual(Object.keys(UNSEEN));
  },
);

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

for (const [rule, css, size = '360x800'] of [
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
  [/scrolls in a low window/, '.bk-card { min-block-size: 700px !important }', '1366x600'],
  [/axe color-contrast/, '.bk-title { color: #aaa !important }'],
] as const) {
  story(`what breaks a rule is found: ${css}`, shows('GALLERY-RULES'), async ({ gallery }) => {
    await gallery.show({ state: 'same-device-phone', theme: 'light', dir: 'ltr', size });
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
