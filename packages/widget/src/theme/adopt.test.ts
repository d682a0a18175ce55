// @vitest-environment happy-dom
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { adopt } from './index.ts';
import { lightOnly } from './light-only.ts';
import { STYLE_SHEET } from './style-sheet.ts';

function rules(root: Document | ShadowRoot): number {
  return root.adoptedStyleSheets.length;
}

test('a document gets the sheet once, and the last one out takes it away', () => {
  const [one, two] = [document.createElement('p'), document.createElement('p')];
  document.body.append(one, two);
  const foreign = new CSSStyleSheet();
  document.adoptedStyleSheets = [foreign];
  const leaveOne = adopt(one);
  const leaveTwo = adopt(two);
  expect(rules(document), 'two widgets need one sheet').toBe(2);
  leaveOne();
  leaveOne();
  expect(rules(document), 'leaving twice must not take the other one’s sheet').toBe(2);
  leaveTwo();
  expect(document.adoptedStyleSheets, 'the page’s own sheets are not ours').toEqual([foreign]);
});

test('FT-A1b: a document whose markup has taken its names gets the sheet all the same', () => {
  const place = document.body.appendChild(document.createElement('p'));
  const before = rules(document);
  for (const name of ['adoptedStyleSheets', 'ownerDocument', 'defaultView'])
    Object.defineProperty(document, name, { value: document.createElement('img'), configurable: true });
  const leave = adopt(place);
  for (const name of ['adoptedStyleSheets', 'ownerDocument', 'defaultView']) Reflect.deleteProperty(document, name);
  expect(rules(document)).toBe(before + 1);
  leave();
  expect(rules(document)).toBe(before);
});

test('a shadow root has its own', () => {
  const host = document.createElement('div');
  document.body.append(host);
  const inside = host.attachShadow({ mode: 'open' }).appendChild(document.createElement('p'));
  const before = rules(document);
  const leave = adopt(inside);
  expect(rules(host.shadowRoot!)).toBe(1);
  expect(rules(document), 'the page around it must not change').toBe(before);
  leave();
  expect(rules(host.shadowRoot!)).toBe(0);
});

test('no rule reaches the page around the widget', () => {
  const selectors = [...STYLE_SHEET.replace(/\/\*[^]*?\*\//g, '').matchAll(/([^{};]+)\{/g)]
    .map(([, selector = '']) => selector.trim())
    .filter((selector) => !/^(?:@|from$|to$|\d+%$)/.test(selector));
  expect(selectors.length).toBeGreaterThan(50);
  for (const selector of selectors) expect(selector).toMatch(/^(?::host|\.beckon)/);
});

/** The widget's own colour of that name where a browser computes none; a page's comes before it. */
function colourIn(theme: 'light' | 'dark', name: string): string {
  const at = name === 'fill' ? theme : name;
  const value = new RegExp(`--bk-${at}:([^;]+);`).exec(STYLE_SHEET)![1]!;
  const colours = value.match(/#[0-9a-f]{3,6}/g) ?? [];
  return (colours.length === 1 || theme === 'light' ? colours[0] : colours[1])!;
}

test('FT-C6a: the scheme is the page’s, but where the page names a theme', () => {
  const schemes = [...STYLE_SHEET.matchAll(/(\S+) \{\s*color-scheme: (\w+);\s*\}/g)].map(([, at, scheme]) => [
    at,
    scheme,
  ]);
  expect(schemes).toEqual([
    [".beckon[data-theme='light']", 'light'],
    [".beckon[data-theme='dark']", 'dark'],
  ]);
  expect(STYLE_SHEET.match(/color-scheme: /g), 'and no rule besides').toHaveLength(2);
  expect(STYLE_SHEET, 'a light page has a light card on a dark system').not.toContain('prefers-color-scheme');
});

test('FT-C6b: sizes are in em, of a base that no page makes smaller', () => {
  const text = STYLE_SHEET.replaceAll(/\/\*[^]*?\*\//g, '');
  const inRem = [...text.matchAll(/[^;{}]*\drem\b[^;{}]*/g)].map(([rule]) => rule.trim());
  expect(inRem).toEqual([
    'max-inline-size: max(46em, 46rem)',
    'font-size: max(16px, 1em, var(--beckon-text-size, 1rem))',
  ]);
  expect(text, '1em of that base is the browser’s own font size').toMatch(/\.beckon \{[^}]*font: 400 medium\//);
});

test('text and its ground are far enough apart, in both themes, where a browser computes no colours', () => {
  for (const theme of ['light', 'dark'] as const) {
    const colour = (name: string): string => colourIn(theme, name);
    for (const ground of ['ground', 'subtle']) {
      for (const text of ['text', 'muted', 'fill', 'warm', 'good', 'bad']) {
        expect(contrast(colour(text), colour(ground)), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
      }
    }
    expect(contrast(colour('on-accent'), colour('fill')), 'on a button').toBeGreaterThanOrEqual(4.5);
    expect(contrast(colour('control'), colour('ground')), 'the edge of a field').toBeGreaterThanOrEqual(3);
  }
});

test('FT-C20a: the reference has each token with the value that it has where a page sets none', () => {
  const reference = readFileSync(join(import.meta.dirname, '../../../../docs/reference/widget.md'), 'utf8');
  const rows = [...reference.matchAll(/^\| `(--beckon-[\w-]+)` +\|[^|]*\|([^|]*)\|$/gm)];
  expect(rows.length).toBeGreaterThan(15);
  for (const [, name = '', standard = ''] of rows) {
    const values = [...standard.matchAll(/`([^`]+)`/g)].map(([, value = '']) => value);
    const fallback = new RegExp(`var\\(${name},([^;]*);`).exec(STYLE_SHEET)?.[1];
    expect(fallback, `the default of ${name}`).toBeDefined();
    for (const value of values) expect(fallback, `the default of ${name}`).toContain(value);
  }
  expect(STYLE_SHEET, 'a font family of the page’s is the default').toContain(
    'font-family: var(--beckon-font, inherit)',
  );
});

test('FT-C30g: nothing moves for a person who asked for less motion', () => {
  const text = STYLE_SHEET.replaceAll(/\/\*[^]*?\*\//g, '');
  // One level of rules in the block, as the sheet has them.
  const moving = /@media \(prefers-reduced-motion: no-preference\) \{(?:[^{}]|\{[^{}]*\})*\}/g;
  const blocks = text.match(moving) ?? [];
  expect(blocks.join(''), 'the scan pulses and the check draws itself').toMatch(/bk-pulse[^]*bk-draw/);
  const still = text.replaceAll(moving, '');
  expect(still).not.toMatch(/animation(?:-[a-z]+)?:/);
  // The lengths of what is left are 0 but in those blocks.
  for (const [, of] of still.matchAll(/transition: ([^;]+);/g)) expect(of).toContain('var(--bk-time)');
  expect(still.match(/--bk-time: [^;]+;/g)).toEqual(['--bk-time: 0s;']);
});

test('the widget’s own accent is nowhere where the page has set one', () => {
  const ours = (['light', 'dark'] as const).map((theme) => colourIn(theme, 'fill'));
  expect(new Set(ours).size).toBe(2);
  const withoutFallbacks = STYLE_SHEET.replaceAll(/var\(--beckon-accent, #[0-9a-f]{6}\)/g, 'var(--beckon-accent)');
  for (const colour of ours) expect(withoutFallbacks).not.toContain(colour);
});

/** WCAG 2.2, relative luminance and contrast ratio. */
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}
function luminance(hex: string): number {
  const digits = hex.length === 4 ? hex.replace(/[0-9a-f]/g, '$&$&') : hex;
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(digits.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

test.each([
  ['a{color:light-dark(#fff,#000)}', 'a{color:#fff}'],
  ['a{b:light-dark(var(--c, #fff), var(--d, var(--c, #000)))}', 'a{b:var(--c, #fff)}'],
  ['a{b:light-dark(light-dark(f(g(1,2)),3),4) light-dark(rgb(1 2 3/.1),5)}', 'a{b:f(g(1,2)) rgb(1 2 3/.1)}'],
])('FT-C20d: the light value stands for both: %s', (css, light) => {
  expect(lightOnly(css)).toBe(`${light}.beckon{color-scheme:light!important}`);
});

test('FT-C20d: a browser that does not know light-dark() gets a sheet without it, and each rule of it', () => {
  const place = document.body.appendChild(document.createElement('p'));
  const given: string[] = [];
  const replace = vi.spyOn(CSSStyleSheet.prototype, 'replaceSync').mockImplementation((css) => void given.push(css));
  vi.stubGlobal('CSS', { supports: () => false });
  const leave = adopt(place);
  leave();
  vi.stubGlobal('CSS', { supports: () => true });
  adopt(place)();
  replace.mockRestore();
  vi.unstubAllGlobals();
  const [old = '', today] = given;
  expect(today).toBe(STYLE_SHEET);
  expect(old).not.toContain('light-dark(');
  const count = (css: string, char: string): number => css.split(char).length - 1;
  expect(count(old, '{')).toBe(count(STYLE_SHEET, '{') + 1);
  expect(count(old, '(')).toBe(count(old, ')'));
  expect(old).toMatch(/\.bk-qr ?\{[^}]*background: ?#fff/);
});
