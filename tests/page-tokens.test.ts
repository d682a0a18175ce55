import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { STYLE } from '../packages/session-server/src/http/pages/style.ts';

const WIDGET = readFileSync(new URL('../packages/widget/src/theme/base.css', import.meta.url), 'utf8');

/** The first value of a token in a sheet, on one line. */
function valueOf(sheet: string, token: string): string | undefined {
  return new RegExp(`${token}:([^;]+);`).exec(sheet)?.[1]?.replaceAll(/\s+/g, ' ').trim();
}

it.each(['ground', 'subtle', 'text', 'muted', 'line', 'edge', 'control', 'good', 'bad', 'warm'])(
  'FT-C50c: the pages of the server have the widget’s colour for --bk-%s',
  (name) => {
    const value = valueOf(STYLE, `--bk-${name}`);
    expect(value).toMatch(/light-dark\(#[0-9a-f]{3,6}, #[0-9a-f]{3,6}\)/);
    expect(value).toBe(valueOf(WIDGET, `--bk-${name}`));
  },
);
