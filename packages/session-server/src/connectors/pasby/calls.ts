import type { PasbyPaths } from './options.ts';

/** What each call is for, as the operator's log says it, with its name in the option `paths`. */
export const CALLS: Readonly<Record<keyof PasbyPaths, string>> = {
  wildcard: 'beginning a sign-in by QR code (wildcard)',
  sameDevice: 'beginning a sign-in on one device (sameDevice)',
  differentDevice: 'beginning a sign-in by a number that was typed (differentDevice)',
  authorize: 'getting the token for a sign-in by a number (authorize)',
  ping: 'asking how a sign-in stands (ping)',
  stream: 'listening for how a sign-in stands (stream)',
  cancel: 'calling a sign-in off (cancel)',
};
