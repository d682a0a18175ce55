import type { JSX } from 'react';

/** 24 × 24, drawn with a line; how thick and which colour is the style sheet's. */
const PATHS = {
  phone:
    'M8 2.75h8A1.75 1.75 0 0 1 17.75 4.5v15A1.75 1.75 0 0 1 16 21.25H8a1.75 1.75 0 0 1-1.75-1.75v-15A1.75 1.75 0 0 1 8 2.75ZM10.75 18.25h2.5',
  check: 'm5 12.75 4.5 4.5L19 7.25',
  cross: 'M6.5 6.5l11 11M17.5 6.5l-11 11',
  clock: 'M12 3.25a8.75 8.75 0 1 0 0 17.5 8.75 8.75 0 0 0 0-17.5ZM12 7.5V12l3 2',
  alert: 'M12 3.75 21 19.5H3L12 3.75ZM12 10v4M12 16.75v.01',
  offline:
    'M3.5 9.5a12.5 12.5 0 0 1 17 0M6.75 13a7.75 7.75 0 0 1 10.5 0M10 16.25a3.25 3.25 0 0 1 4 0M12 19.25v.01M4 3.5l16 17',
  shield: 'M12 3 5 5.75v5.5c0 4.5 2.9 7.9 7 9.75 4.1-1.85 7-5.25 7-9.75v-5.5L12 3ZM12 8.5v4M12 15.5v.01',
  chevron: 'm9.5 6 6 6-6 6',
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
