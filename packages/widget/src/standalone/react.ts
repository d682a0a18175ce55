/** React's names as far as the widget uses them, from Preact: the builds without React put this in its place. */
import { useLayoutEffect, useReducer, useRef } from 'preact/hooks';

export { Component, createElement, createRef } from 'preact';
// Effects run with the drawing, and not after the paint: on a slow phone the server is asked for a session 100 ms earlier.
export { useCallback, useLayoutEffect as useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';

/** As React's, without concurrent rendering, which Preact has none of. */
export function useSyncExternalStore<T>(subscribe: (listener: () => void) => () => void, getSnapshot: () => T): T {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const value = getSnapshot();
  const drawn = useRef(value);
  useLayoutEffect(() => {
    // oxlint-disable-next-line react/immutability -- a ref, which only Preact's own rules would know
    drawn.current = value;
  });
  useLayoutEffect(() => {
    const check = (): void => {
      if (!Object.is(getSnapshot(), drawn.current)) redraw(undefined);
    };
    // It may have changed between drawing and now.
    check();
    return subscribe(check);
  }, [subscribe, getSnapshot]);
  return value;
}
