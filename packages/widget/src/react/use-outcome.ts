import { isEnd, type Status } from '@beckon/protocol';
import { useEffect, useRef } from 'react';
import type { Step } from '../events.ts';
import type { Phase, SignInState } from '../session/index.ts';
import type { ListenerProps } from './props.ts';

/** The phases of a session that no phone has taken up yet. */
const WAITING: ReadonlySet<Phase> = new Set([
  'starting',
  'choosing',
  'busy',
  'identifier',
  'qr',
  'same_device',
  'direct',
] as const);

/** The wire's status for what is shown; null while there is no session. */
export function statusOf(state: SignInState): Status | null {
  if (state.phase === 'failed') return 'failed';
  if (!('session' in state) || state.session === null) return null;
  return WAITING.has(state.phase) ? 'initialized' : (state.phase as Status);
}

/** Whether the server still waits for a person. */
export function isUnderWay(state: SignInState): boolean {
  const status = statusOf(state);
  return status !== null && !isEnd(status);
}

/** Tells the page how the sign-in goes, each thing once. */
export function useOutcome(
  state: SignInState,
  { onStatus, onStep, onError }: ListenerProps,
  leave: (redirectTo: string) => void,
): void {
  useSteps(state, onStep);
  const told = useRef<{ readonly of: unknown[]; readonly left: string | undefined }>({ of: [], left: undefined });
  useEffect(() => {
    const { phase } = state;
    const sessionId = 'session' in state ? state.session?.sessionId : undefined;
    const before = told.current;
    const waits = state.phase === 'confirmed' && state.confirmPerson;
    const of = [sessionId, phase, state.phase === 'qr' ? state.qr : waits];
    if (of.every((part, i) => part === before.of[i])) return;
    // A confirmed session may be told again, with a newer code: the browser leaves once.
    const redirectTo = state.phase === 'confirmed' && before.left !== sessionId ? state.redirectTo : null;
    told.current = { of, left: redirectTo === null ? before.left : sessionId };

    const status = statusOf(state);
    // What was chosen is on its way: nothing to tell yet.
    if (status !== null && phase !== 'starting') safely(() => onStatus?.({ status, state }));
    if (state.phase === 'failed') safely(() => onError?.({ error: state.code }));
    if (redirectTo !== null) safely(() => leave(redirectTo));
  });
}

/** Tells each step of a sign-in. What was not drawn, because the next state was there at once, is none. */
function useSteps(state: SignInState, onStep: ListenerProps['onStep']): void {
  const last = useRef<(Step & { readonly at: number; readonly began: number }) | null>(null);
  useEffect(() => {
    const { phase } = state;
    const before = last.current;
    if (phase === 'idle') {
      last.current = null;
      return;
    }
    const session = 'session' in state ? state.session : null;
    const connector = session?.connector?.id ?? null;
    const mode = session?.mode ?? null;
    if (before?.phase === phase && before.connector === connector && before.mode === mode) return;
    const at = performance.now();
    const began = before?.began ?? at;
    const step = {
      phase,
      previous: before?.phase ?? null,
      durationMs: Math.round(at - (before?.at ?? at)),
      totalMs: Math.round(at - began),
      connector,
      mode,
      error: state.phase === 'failed' ? state.code : null,
    };
    last.current = { ...step, at, began };
    safely(() => onStep?.(step));
  });
}

/** A handler that throws stops nothing: thrown on from an effect, it would take the widget out of the page. */
function safely(tell: () => void): void {
  try {
    tell();
  } catch (error) {
    reportError(error);
  }
}
