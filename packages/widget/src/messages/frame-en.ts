/** What the iframe's host and the loader say, in English: a page that only hosts the iframe downloads no other copy. */
export const frameEn = {
  signIn: 'Sign in',
  slowLead: 'This takes longer than usual.',
  slowFrame: 'Continue to sign in',
  notLoaded: 'Sign-in did not load. Reload this page to try again.',
} as const;
