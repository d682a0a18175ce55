import type { JSX } from 'react';

/** 24 × 24, drawn with a line; how thick and which colour is the style sheet's. */
const PATHS = {
  phone: 'M8 3h8a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2ZM11 18h2',
  check: 'm5 13 5 5L19 7',
  cross: 'M6 6l12 12M18 6 6 18',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7v5l3 2',
  alert: 'M12 4l9 16H3L12 4ZM12 10v4M12 17v0',
  offline: 'M3 10a12 12 0 0 1 18 0M6 14a8 8 0 0 1 12 0M9 17a4 4 0 0 1 6 0M12 20v0M4 3l16 18',
  shield: 'M12 3 5 6v5c0 5 3 8 7 10 4-2 7-5 7-10V6l-7-3ZM12 8v4M12 16v0',
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM16 16l4.5 4.5',
  chevron: 'm9 6 6 6-6 6',
} as const;

export type IconName = keyof typeof PATHS;

/** Decoration only: the words beside it say the same. */
export function Icon({ name, size = 24 }: { readonly name: IconName; readonly size?: number }): JSX.Element {
  return (
    <svg className="bk-icon" viewBox="0 0 24 24" width={size} height={size} aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

interface BadgeProps {
  readonly icon: IconName;
  readonly tone?: 'accent' | 'good' | 'bad' | 'warm' | 'calm';
  /** Something is expected of the person or the phone. */
  readonly waiting?: boolean;
}

/** The one large sign in the middle of a state. */
export function Badge({ icon, tone = 'accent', waiting }: BadgeProps): JSX.Element {
  return (
    <div className="bk-badge" data-tone={tone} data-waiting={waiting ? '' : undefined}>
      <Icon name={icon} size={40} />
    </div>
  );
}
