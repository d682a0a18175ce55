/**
 * The sign-in as React components. Owns what a person sees and presses: one file for each visible
 * state in states/, the card around them, the colours that a provider prescribes (where they can be
 * read), and what the page hears of it. Depends on the headless
 * client, the QR frames, the iframe host, the theme and the messages. Leaves the sign-in's states
 * to session/, and where the browser goes in the end to the page, if it wants.
 */
export { SignIn } from './sign-in.tsx';
export { type UseSignIn, useSignIn } from './use-sign-in.ts';
export type { BeckonSignInAttributes } from './jsx.ts';
export type { SignInProps } from './props.ts';
export type { Completion, Failure, StatusChange, Step } from '../events.ts';
export type { SignInOptions, SignInRequest, SignInState } from '../session/index.ts';
