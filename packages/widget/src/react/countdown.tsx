import { useRef, type JSX } from 'react';
import type { MessageKey, Translate } from '../messages/index.ts';
import { useBeforePaint, useLatest } from './use-latest.ts';

interface CountdownProps {
  /** Ms since the epoch by this page's clock. */
  readonly until: number;
  readonly now: () => number;
  readonly t: Translate;
  /** Default `validFor`. */
  readonly says?: MessageKey;
}

/**
 * How long something lasts: a bar and minutes. It ticks past the renderer, once a second, and is
 * no live region: a screen reader that counts aloud helps no one.
 */
export function Countdown({ until, now, t, says = 'validFor' }: CountdownProps): JSX.Element {
  const bar = useRef<HTMLSpanElement>(null);
  const time = useRef<HTMLParagraphElement>(null);
  const latest = useLatest((ms: number) => t(says, { time: minutes(ms) }));
  /** What the full bar stands for: a better measurement of the server's clock does not fill it again. */
  const whole = useRef(0);
  useBeforePaint(() => {
    whole.current ||= Math.max(until - now(), 1);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tick = (): void => {
      const left = Math.max(until - now(), 0);
      if (bar.current) bar.current.style.transform = `scaleX(${Math.min(left / whole.current, 1)})`;
      if (time.current) time.current.textContent = latest.current(left);
      // On the second, so that no second is skipped or shown twice.
      if (left > 0) timer = setTimeout(tick, left % 1000 || 1000);
    };
    tick();
    return () => clearTimeout(timer);
  }, [until, now, latest]);
  return (
    <div className="bk-countdown">
      <div className="bk-bar" aria-hidden="true">
        <span ref={bar} />
      </div>
      <p className="bk-time" role="timer" ref={time} />
    </div>
  );
}

/** `1:42`. */
function minutes(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
