import { type Html, html } from './html.ts';

/** 24 × 24, drawn with a line; the widget has the same ones (`react/icon.tsx`). */
const PATHS = {
  phone: 'M8 3h8a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2ZM11 18h2',
  check: 'm5 13 5 5L19 7',
  cross: 'M6 6l12 12M18 6 6 18',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7v5l3 2',
  alert: 'M12 4l9 16H3L12 4ZM12 10v4M12 17v0',
  shield: 'M12 3 5 6v5c0 5 3 8 7 10 4-2 7-5 7-10V6l-7-3ZM12 8v4M12 16v0',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 11v5M12 8v0',
} as const;

/** The one large sign of a page: its picture, and how good the news is. */
export interface Sign {
  readonly icon: keyof typeof PATHS;
  readonly tone: 'accent' | 'good' | 'bad' | 'warm' | 'calm';
}

/** Decoration only: the words beside it say the same. */
export function icon(name: Sign['icon']): Html {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
    <path pathLength="1" d="${PATHS[name]}" />
  </svg>`;
}

export function badge(sign: Sign): Html {
  return html`<div class="badge" data-tone="${sign.tone}">${icon(sign.icon)}</div>`;
}
