/** What every cell of the gallery, and every page of the server, keeps to: nothing overflows, nothing is cut or covered, targets are large enough, axe finds nothing. */
import type { Frame, Page } from '@playwright/test';
import axe from 'axe-core';

/** The smallest side of what can be pressed (WCAG 2.2 §2.5.8), and of the one action that most people take, in CSS px. */
const TARGET_PX = 24;
const PRIMARY_PX = 44;

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];
/** They are about the whole page, and a cell has no page around it. */
const OF_THE_PAGE = ['page-has-heading-one', 'region', 'landmark-one-main'];

/** What is looked at. Selectors are CSS. */
interface Ruled {
  /** All that is seen is in it. */
  readonly root: string;
  /** No text leaves it. */
  readonly card: string;
  /** What most people press. */
  readonly primary: string;
  /** Nothing is scrolled in a low window, unless the page says why (`data-scrolls`). */
  readonly fits: boolean;
  /** Rules of axe that do not apply. */
  readonly off: readonly string[];
}

const CELL: Ruled = {
  root: '.beckon',
  card: '.bk-card',
  primary: '.bk-primary, .bk-choice',
  fits: true,
  off: OF_THE_PAGE,
};
/** A page of the server's own. */
export const SERVER_PAGE: Ruled = {
  root: 'body',
  card: '.card',
  primary: '.button, .link, summary, input',
  fits: false,
  off: [],
};
/** What such a page has in a frame. */
export const SERVER_FRAME: Ruled = { ...SERVER_PAGE, card: '.state', off: OF_THE_PAGE };

/** A page of the operator's console, which is denser. */
export const CONSOLE_PAGE: Ruled = { ...SERVER_PAGE, card: 'td, dd', primary: '.enter .button' };

/** Readies a page for `brokenRules`; once. */
export async function bringRules(page: Page | Frame): Promise<void> {
  await page.evaluate(axe.source);
}

/** What is wrong with what the page shows, in words; empty where all is well. */
export async function brokenRules(page: Page | Frame, ruled: Ruled = CELL): Promise<readonly string[]> {
  const seen = await page.evaluate(brokenLayout, { target: TARGET_PX, primary: PRIMARY_PX, ruled });
  const moves = ruled.fits ? unsaid(await scrolled(page)) : [];
  const violations = await page.evaluate(axeFindings, { values: TAGS, off: ruled.off });
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary = '' }) => `axe ${id}: ${target.join(' ')} ${failureSummary.split('\n')[1]}`),
  );
  return [...seen, ...moves, ...found];
}

interface Scrolled {
  /** What is to be scrolled, in words; in a low window that has room for two columns, else nothing. */
  readonly found: readonly string[];
  /** Why that is so; empty where nothing says so. */
  readonly why: string;
}

/** What a person must scroll for in a window as low as those of `LOOK-FITS`. */
export async function scrolled(page: Page | Frame): Promise<Scrolled> {
  return page.evaluate(() => {
    const root = document.documentElement;
    const found: string[] = [];
    const low = innerHeight <= 600 && innerWidth >= 800;
    for (const element of low ? [root, ...document.querySelectorAll('.beckon *')] : []) {
      const moves = element === root || /auto|scroll/.test(getComputedStyle(element).overflowY);
      if (moves && element.scrollHeight > element.clientHeight + 1)
        found.push(`${element.scrollHeight} px in ${element.clientHeight}: ${element.localName}.${element.className}`);
    }
    return { found, why: root.dataset['scrolls'] ?? '' };
  });
}

function unsaid({ found, why }: Scrolled): readonly string[] {
  return why === '' ? found.map((each) => `scrolls in a low window, and says no reason: ${each}`) : [];
}

/** Runs in the page. */
async function axeFindings(run: { readonly values: string[]; readonly off: readonly string[] }): Promise<axe.Result[]> {
  const still = globalThis.setTimeout;
  // axe goes on by timers, and in a cell none ends.
  globalThis.setTimeout = (window.gallery as Window['gallery'] | undefined)?.later ?? still;
  try {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
      runOnly: { type: 'tag', values: run.values },
      rules: Object.fromEntries(run.off.map((rule) => [rule, { enabled: false }])),
      resultTypes: ['violations'],
      preload: false,
      // What is in a frame is another page's.
      iframes: false,
    });
    return violations;
  } finally {
    globalThis.setTimeout = still;
  }
}

/** Runs in the page. */
function brokenLayout({
  target,
  primary,
  ruled,
}: {
  readonly target: number;
  readonly primary: number;
  readonly ruled: Ruled;
}): readonly string[] {
  const broken: string[] = [];
  const root = document.documentElement;
  const widget = document.querySelector<HTMLElement>(ruled.root)!;
  // Of an open dialog only what is in it can be seen and pressed.
  const shown = widget.querySelector<HTMLElement>('dialog[open]') ?? widget;
  const elements = [...shown.querySelectorAll<HTMLElement>('*')].filter(
    (element) =>
      element.checkVisibility({ visibilityProperty: true }) && element.closest('svg, .bk-said, .said') === null,
  );
  const say = (element: Element): string =>
    `${element.localName}${element.className && `.${element.className}`} “${(element.textContent ?? '').trim().slice(0, 40)}”`;

  if (root.scrollWidth > root.clientWidth) broken.push(`the page scrolls sideways: ${root.scrollWidth} px`);

  /** A long name has two lines, and its end is left out by intention. */
  const isClamped = (element: Element): boolean => {
    const style = getComputedStyle(element);
    const isTwoLines = element.clientHeight > 1.9 * Number.parseFloat(style.lineHeight);
    return style.getPropertyValue('-webkit-line-clamp') !== 'none' && isTwoLines;
  };

  for (const element of elements) {
    const { overflowX, overflowY, textOverflow, paddingInlineEnd } = getComputedStyle(element);
    // Its dots may stand in the padding, which the browser then adds once more.
    const room = 1 + (isClamped(element) ? Number.parseFloat(paddingInlineEnd) : 0);
    if (overflowX !== 'visible' && element.scrollWidth > element.clientWidth + room && element.localName !== 'input')
      broken.push(`cut at its side${textOverflow === 'ellipsis' ? ' (…)' : ''}: ${say(element)}`);
    if (/hidden|clip/.test(overflowY) && element.scrollHeight > element.clientHeight + 1 && !isClamped(element))
      broken.push(`cut at its end: ${say(element)}`);
  }

  const cardOf = (element: Element): DOMRect => (element.closest(ruled.card) ?? widget).getBoundingClientRect();
  const texts: { readonly of: Element; readonly rect: DOMRect }[] = [];
  for (const element of elements) {
    for (const node of element.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE || node.textContent?.trim() === '') continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      // A name of another direction has an element of its own in the one that ends after two lines.
      const clamped = [element, element.parentElement!].find(isClamped);
      const end = clamped?.getBoundingClientRect().bottom ?? Infinity;
      for (const rect of range.getClientRects()) if (rect.bottom < end + 2) texts.push({ of: element, rect });
    }
  }
  for (const { of, rect } of texts) {
    const card = cardOf(of);
    if (rect.left < card.left - 0.5 || rect.right > card.right + 0.5) broken.push(`text out of its card: ${say(of)}`);
    if (rect.left < 0 || rect.right > root.clientWidth) broken.push(`text out of the window: ${say(of)}`);
  }

  const pressed = elements.filter((element) =>
    element.matches('a[href], button, input:not([type=hidden]), select, summary, [role=button]'),
  );
  for (const element of pressed) {
    const { width, height, left, right } = element.getBoundingClientRect();
    const least = element.matches(ruled.primary) ? primary : target;
    // A link within a sentence is as high as its line (the exception of §2.5.8).
    const inLine = getComputedStyle(element).display === 'inline';
    if (!inLine && Math.min(width, height) < least - 0.5)
      broken.push(`${width.toFixed(1)} × ${height.toFixed(1)} px to press, ${least} asked for: ${say(element)}`);
    if (left < -0.5 || right > root.clientWidth + 0.5) broken.push(`out of the window: ${say(element)}`);
    for (const { of, rect } of texts) {
      const box = element.getBoundingClientRect();
      const over = Math.min(box.right, rect.right) - Math.max(box.left, rect.left);
      const down = Math.min(box.bottom, rect.bottom) - Math.max(box.top, rect.top);
      if (!element.contains(of) && !of.contains(element) && over > 1 && down > 1)
        broken.push(`${say(element)} lies over ${say(of)}`);
    }
  }
  return [...new Set(broken)];
}
