/**
 * A topic as bars. Each row is a panel with an axis of its own, which begins at zero: figures of one row are compared, and
 * those of two rows are not. A thin line over a bar goes from the least to the most of any round.
 */
import type { Row, Spread } from '../bench.ts';
import { figure, measured, range } from './figures.ts';
import type { Measured } from './results.ts';

export type Theme = 'light' | 'dark';

const COLOURS = {
  light: {
    ground: '#ffffff',
    text: '#1f2328',
    quiet: '#59636e',
    line: '#d1d9e0',
    ours: '#0969da',
    peer: '#afb8c1',
    bound: '#bc4c00',
  },
  dark: {
    ground: '#0d1117',
    text: '#f0f6fc',
    quiet: '#9198a1',
    line: '#3d444d',
    ours: '#4493f8',
    peer: '#656c76',
    bound: '#f0883e',
  },
} as const;
type Colours = (typeof COLOURS)[Theme];

const FONTS = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif";
/** Readable where the picture is 360 px wide: nothing is smaller than 12. */
const WIDTH = 420;
const MARGIN = 16;
const INNER = WIDTH - 2 * MARGIN;
const BAR = 12;
const TITLE_CHARACTERS = 50;
/** How wide a character of a label is, about. */
const LABEL_CHARACTER = 6.8;

interface Bar {
  readonly name: string;
  readonly value: Spread;
  readonly isOurs: boolean;
}

/** Rows that are compared with a peer or a bound. */
export function shown({ rows }: Measured): readonly Row[] {
  return rows.filter(({ peers, must }) => peers.length > 0 || must !== null);
}

/** The whole chart in words, for those who do not see it. */
export function inWords(bench: Measured): string {
  const rows = shown(bench).map((row) => {
    const bars = barsOf(row).map(({ name, value }) => `${name} ${measured(value, row.unit)}`);
    return `${row.title}: ${bars.join(', ')}${row.must === null ? '' : `, must ${row.must.text}`}.`;
  });
  return rows.join(' ');
}

export function chart(bench: Measured, theme: Theme): string {
  const colours = COLOURS[theme];
  const parts: string[] = [];
  let y = MARGIN;
  for (const row of shown(bench)) {
    const drawn = panel(row, colours, y);
    parts.push(...drawn.parts);
    y = drawn.bottom;
  }
  const height = Math.ceil(y + 4);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title desc" font-family="${FONTS}">
<title id="title">${escaped(bench.title)}</title>
<desc id="desc">${escaped(inWords(bench))}</desc>
<rect width="${WIDTH}" height="${height}" rx="6" fill="${colours.ground}"/>
${parts.join('\n')}
</svg>
`;
}

interface Drawn {
  readonly parts: readonly string[];
  /** Where the next part begins. */
  readonly bottom: number;
}

/** One row: its title, a bar for each that was measured, and the axis. */
function panel(row: Row, colours: Colours, top: number): Drawn {
  const parts: string[] = [];
  let y = top;
  for (const line of wrapped(row.title)) {
    parts.push(textAt(MARGIN, y + 15, 14, colours.text, escaped(line), 'font-weight="600"'));
    y += 18;
  }
  y += 3;
  const axisTop = y + 4;
  const bars = barsOf(row);
  const most = niceMost(Math.max(...bars.map(({ value }) => value.high), row.must?.limit ?? 0));
  const x = (value: number): number => Number((MARGIN + (value / most) * INNER).toFixed(1));
  for (const bar of bars) {
    parts.push(...labels(bar, row.unit, colours, y + 15), ...barAndRange(bar, x, colours, y + 20));
    y += 20 + BAR;
    if (bar.isOurs && row.must !== null) {
      parts.push(...boundAt(x(row.must.limit), row.must.text, colours, y));
      y += 16;
    }
    y += 3;
  }
  y += 3;
  parts.push(
    `<path d="M${MARGIN} ${axisTop}V${y}H${WIDTH - MARGIN}" stroke="${colours.line}" fill="none"/>`,
    textAt(MARGIN, y + 14, 12, colours.quiet, '0'),
    textAt(WIDTH - MARGIN, y + 14, 12, colours.quiet, `${most} ${escaped(row.unit)}`, 'text-anchor="end"'),
  );
  return { parts, bottom: y + 28 };
}

function labels({ name, value, isOurs }: Bar, unit: string, colours: Colours, y: number): readonly string[] {
  const between = range(value);
  const median = `<tspan font-weight="600">${figure(value.median)} ${escaped(unit)}</tspan>`;
  const after = between === '' ? '' : `<tspan fill="${colours.quiet}"> (${between})</tspan>`;
  return [
    textAt(MARGIN + 2, y, 12.5, colours.text, escaped(name), isOurs ? 'font-weight="600"' : ''),
    textAt(WIDTH - MARGIN, y, 12.5, colours.text, median + after, 'text-anchor="end"'),
  ];
}

function barAndRange(
  { value, isOurs }: Bar,
  x: (value: number) => number,
  colours: Colours,
  y: number,
): readonly string[] {
  const length = Math.max(1, x(value.median) - MARGIN).toFixed(1);
  const fill = isOurs ? colours.ours : colours.peer;
  const bar = `<rect x="${MARGIN}" y="${y}" width="${length}" height="${BAR}" fill="${fill}"/>`;
  if (range(value) === '') return [bar];
  const [low, high, middle] = [x(value.low), x(value.high), y + BAR / 2];
  const line = `M${low} ${middle - 3}v6M${low} ${middle}H${high}M${high} ${middle - 3}v6`;
  return [bar, `<path d="${line}" stroke="${colours.text}" stroke-width="1.5" fill="none"/>`];
}

/** A line over the bar that ends at `y`, and what it is beneath. */
function boundAt(at: number, said: string, colours: Colours, y: number): readonly string[] {
  const line = (colour: string, more: string): string =>
    `<path d="M${at} ${y - BAR - 2}V${y + 4}" stroke="${colour}" ${more}/>`;
  const label = `must ${said}`;
  // So that it stays in the picture: no font is asked how wide it is.
  const half = (label.length * LABEL_CHARACTER) / 2;
  const middle = Math.min(Math.max(at, MARGIN + half), WIDTH - MARGIN - half);
  return [
    // The wider line beneath parts it from the bar.
    line(colours.ground, 'stroke-width="5"'),
    line(colours.bound, 'stroke-width="2" stroke-dasharray="3 2"'),
    textAt(Number(middle.toFixed(1)), y + 15, 12, colours.bound, escaped(label), 'text-anchor="middle"'),
  ];
}

function textAt(x: number, y: number, size: number, fill: string, markup: string, more = ''): string {
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${fill}"${more === '' ? '' : ` ${more}`}>${markup}</text>`;
}

function barsOf({ ours, peers }: Row): readonly Bar[] {
  return [
    { name: 'Beckon', value: ours, isOurs: true },
    ...peers.map(({ name, version, value }) => ({ name: `${name} ${version}`, value, isOurs: false })),
  ];
}

/** A round figure at or above `value`, so that the longest bar fills most of the width. */
function niceMost(value: number): number {
  if (value <= 0) return 1;
  const size = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((each) => each * size >= value * 1.0001) ?? 10;
  return Number((step * size).toPrecision(3));
}

function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= TITLE_CHARACTERS) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
