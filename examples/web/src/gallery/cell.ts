/** What tells one cell of the gallery from another. */
import { STATES } from './states.ts';

export const STATE_NAMES: readonly string[] = Object.keys(STATES);
export const THEMES = ['light', 'dark'] as const;
export const DIRECTIONS = ['ltr', 'rtl'] as const;
/** Of windows, in CSS px. The last three are low: a laptop with its browser's bars, a phone on its side. */
export const SIZES = ['280x800', '360x800', '640x800', '1280x800', '1366x600', '844x390', '1280x600'] as const;

export interface Cell {
  readonly state: string;
  readonly theme: (typeof THEMES)[number];
  readonly dir: (typeof DIRECTIONS)[number];
  /** Of the place on the page, in CSS px; null: as wide as the window. */
  readonly width: number | null;
}

/** @throws Error for what is no cell */
export function cellFrom(query: URLSearchParams): Cell {
  const state = query.get('state') ?? 'qr';
  if (!STATE_NAMES.includes(state)) throw new Error(`no state is called ${state}`);
  const width = query.has('width') ? Number(query.get('width')) : null;
  if (Number.isNaN(width)) throw new Error('a width is a number of pixels');
  return { state, theme: oneOf(THEMES, query.get('theme')), dir: oneOf(DIRECTIONS, query.get('dir')), width };
}

function oneOf<T extends string>(all: readonly [T, ...T[]], asked: string | null): T {
  if (asked === null) return all[0];
  const found = all.find((each) => each === asked);
  if (found === undefined) throw new Error(`${asked} is none of ${all.join(', ')}`);
  return found;
}
