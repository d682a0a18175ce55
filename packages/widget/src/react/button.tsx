import type { JSX, ReactNode } from 'react';

interface ButtonProps {
  /** One `primary` at most in a state. `quiet` looks like a link. */
  readonly kind: 'primary' | 'secondary' | 'quiet';
  readonly onPress: () => void;
  readonly muted?: boolean;
  readonly children: ReactNode;
}

export function Button({ kind, onPress, muted, children }: ButtonProps): JSX.Element {
  return (
    <button type="button" className={`bk-${kind}`} data-tone={muted ? 'muted' : undefined} onClick={() => onPress()}>
      <Label>{children}</Label>
    </button>
  );
}

/** What a button or a link says. A long name in it takes two lines at most, and is heard in full. */
export function Label({ children }: { readonly children: ReactNode }): JSX.Element {
  return <span className="bk-label">{children}</span>;
}
