import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import { createSignIn, type SignIn, type SignInOptions, type SignInState } from '../session/index.ts';

export interface UseSignIn {
  readonly state: SignInState;
  /** What the person can do; null while there are no options. */
  readonly signIn: SignIn | null;
}

const IDLE: SignInState = { phase: 'idle', connection: 'none' };

/**
 * Conducts a sign-in for as long as the component is mounted; changed options begin a new one.
 * @param options null: none yet.
 */
export function useSignIn(options: SignInOptions | null): UseSignIn {
  const signIn = useOwnSignIn(options);
  return { state: useSignInState(signIn), signIn };
}

/** As `useSignIn`, without following it. */
export function useOwnSignIn(options: SignInOptions | null): SignIn | null {
  // Options are plain data: their text tells whether they changed, however often they are rebuilt.
  const key = options && JSON.stringify(options);
  const signIn = useMemo(() => (key === null ? null : createSignIn(JSON.parse(key) as SignInOptions)), [key]);
  useEffect(() => {
    signIn?.start();
    return () => signIn?.close();
  }, [signIn]);
  return signIn;
}

/** Follows a sign-in that other code conducts. */
export function useSignInState(signIn: SignIn | null): SignInState {
  const subscribe = useCallback((listener: () => void) => signIn?.subscribe(listener) ?? nothing, [signIn]);
  const getSnapshot = useCallback(() => signIn?.getSnapshot() ?? IDLE, [signIn]);
  return useSyncExternalStore(subscribe, getSnapshot, idle);
}

const idle = (): SignInState => IDLE;
const nothing = (): void => {};
