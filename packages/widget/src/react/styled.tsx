import { useRef, type JSX } from 'react';
import { adopt } from '../theme/index.ts';
import { useBeforePaint } from './use-latest.ts';

/**
 * Brings the style sheet to wherever it stands. It must be the first child: effects run in the
 * order of the page, and what comes after may measure itself.
 */
export function Styled(): JSX.Element {
  const anchor = useRef<HTMLSpanElement>(null);
  useBeforePaint(() => (anchor.current ? adopt(anchor.current) : undefined), []);
  return <span hidden ref={anchor} />;
}
