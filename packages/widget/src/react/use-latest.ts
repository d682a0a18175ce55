import { useEffect, useLayoutEffect, useRef } from 'react';

/** Effects before the first paint, which a server's rendering has none of. */
export const useBeforePaint: typeof useEffect = typeof document === 'undefined' ? useEffect : useLayoutEffect;

/** For effects that outlive a drawing: what the last drawing knew. */
export function useLatest<T>(value: T): { readonly current: T } {
  const latest = useRef(value);
  useBeforePaint(() => {
    latest.current = value;
  });
  return latest;
}
