import { useRef, type JSX } from 'react';
import type { MessageKey, Translate } from '../messages/index.ts';
import { useBeforePaint, useLatest } from './use-latest.ts';

interface CountdownProps {
  /** Ms since the epoch by this page's clock. */
  readonly until: number;
  readonly now: () => number;
  readonly t: Translate;
  readonly says: MessageKey;
  /** `aloud`: as `last`, and a screen reader says once that it begins. `last`: in the last 20 s. `always`: all the time. */
  readonly counts: 'aloud' | 'last' | 'always';
}

/** A person who can do nothing about the time is left in peace until it matters, in ms. */
const LAST_MS = 20_000;
/** For so long a person who reads on with a screen reader still finds what was said, in ms. */
const SAID_MS = 5_000;

/**
 * How long something lasts. It ticks past the renderer, once a second, and is no live region: a
 * screen reader that counts aloud helps no one. One sentence says when the end is near (WCAG 2.2 §2.2.1).
 */
export function Countdown({ until, now, t, says, counts }: CountdownProps): JSX.Element {
  const time = useRef<HTMLParagraphElement>(null);
  const said = useRef<HTMLParagraphElement>(null);
  const latest = useLatest((ms: number) => t(says, { time: minutes(ms) }));
  useBeforePaint(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tick = (): void => {
      const left = Math.max(until - now(), 0);
      const shows = counts === 'always' || left <= LAST_MS;
      if (time.current) time.current.textContent = shows ? latest.current(left) : '';
      const begins = counts === 'aloud' && shows && left > LAST_MS - SAID_MS;
      if (said.current) said.current.textContent = begins ? t('soonOver') : '';
      // On the second, so that no second is skipped or shown twice.
      if (left > 0) timer = setTimeout(tick, left % 1000 || 1000);
    };
    tick();
    return () => clearTimeout(timer);
  }, [until, now, latest, counts, t]);
  return (
    <>
      <p className="bk-time" role="timer" ref={time} />
      <p className="bk-said" aria-live="polite" ref={said} />
    </>
  );
}

/** `1:42`. */
function minutes(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
