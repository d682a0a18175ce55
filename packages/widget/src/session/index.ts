/**
 * The headless client. Owns the state of a sign-in as a browser sees it: a pure reducer over server
 * snapshots, and the object that feeds it; waiting for as long as a server asks; and the memory of
 * the app that was used last, its id alone. What a person types to be asked is sent and not kept. Depends on a transport and the wire contract. Leaves
 * what it looks like to others: anything that can `subscribe` and `getSnapshot` can show it.
 */
export { createSignIn } from './create-sign-in.ts';
export { type SignInEnvironment, browserEnvironment } from './environment.ts';
export type { Phase, Problem, SessionView, SignIn, SignInOptions, SignInRequest, SignInState } from './sign-in.ts';
