/**
 * What a page hears of a sign-in, in every form of the widget, and the one rule for its end: every
 * handler and listener observes; only `preventDefault()` or `redirect: false` keeps the browser
 * where it is. Depends on the headless client's states. Leaves to each form where the browser goes
 * and on which target it dispatches.
 */
import type { ConnectorId, Mode, Status } from '@beckon/protocol';
import type { Phase, SignInState } from './session/index.ts';

export interface StatusChange {
  readonly status: Status;
  /** Everything that is shown, QR frames included. Null in an iframe (`loginUrl`), which does not tell it to the page. */
  readonly state: SignInState | null;
}

/** Told once, before the browser leaves. */
export interface Completion {
  /** The redirect URI with `code`, `state` and `iss`, or with `error` once the person chose "Back to …". */
  readonly redirectTo: string;
  /**
   * The widget does not go to `redirectTo`; the page does, or stays. Counts only while the handler
   * runs: call it before the first `await`.
   */
  readonly preventDefault: () => void;
}

export interface Failure {
  /** An error code of the wire contract, or `network`. */
  readonly error: string;
}

/**
 * For analytics: how far sign-ins come, and how long each state takes. These members are all, and none
 * of them names a person, a session or a code.
 */
export interface Step {
  /** What is shown now. */
  readonly phase: Phase;
  /** What was shown before; null at the first step. */
  readonly previous: Phase | null;
  /** How long `previous` was shown, in whole ms; 0 at the first step. */
  readonly durationMs: number;
  /** Since the first step, in whole ms. */
  readonly totalMs: number;
  /** The id of the chosen identity app; null while none is chosen. */
  readonly connector: ConnectorId | null;
  readonly mode: Mode | null;
  /** With `failed`: an error code of the wire contract, or `network`. Else null. */
  readonly error: string | null;
}

/** The DOM events. All of them bubble and cross shadow roots. */
export interface BeckonSignInEvents {
  /** At every change of status, and when new QR frames came. */
  'beckon-status': CustomEvent<StatusChange>;
  /** Once, before the browser goes to `redirectTo`. Cancelable: `preventDefault()` takes the redirect over. */
  'beckon-complete': CustomEvent<Pick<Completion, 'redirectTo'>>;
  /** At every change of what is shown, of the app or of the mode: for analytics. Has nothing of the person. */
  'beckon-step': CustomEvent<Step>;
  /** The sign-in failed: an error code of the wire contract, or `network`. */
  'beckon-error': CustomEvent<Failure>;
}

export interface CompletionOptions {
  /** Default true. False: the widget goes nowhere by itself. */
  readonly redirect?: boolean | undefined;
  readonly onComplete?: ((completion: Completion) => void) | undefined;
}

/**
 * Tells the page the end, then calls `go`, unless the page took the redirect over. A handler that
 * throws stops nothing.
 * @returns whether the page took the redirect over.
 */
export function complete(
  redirectTo: string,
  { redirect = true, onComplete }: CompletionOptions,
  go: (redirectTo: string) => void,
): boolean {
  let goes = redirect;
  try {
    onComplete?.({
      redirectTo,
      preventDefault() {
        goes = false;
      },
    });
  } finally {
    if (goes) go(redirectTo);
  }
  return !goes;
}

/** @returns false when a listener called `preventDefault()`. */
export function tell<T extends keyof BeckonSignInEvents>(
  target: EventTarget,
  type: T,
  detail: BeckonSignInEvents[T]['detail'],
): boolean {
  return target.dispatchEvent(
    new CustomEvent(type, { detail, bubbles: true, composed: true, cancelable: type === 'beckon-complete' }),
  );
}

/** The end as DOM events tell it: `onComplete` of a form that dispatches on `target`. */
export function tellComplete(target: EventTarget): (completion: Completion) => void {
  return (completion) => {
    if (!tell(target, 'beckon-complete', { redirectTo: completion.redirectTo })) completion.preventDefault();
  };
}
