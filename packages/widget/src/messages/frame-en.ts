/** What the iframe's host says, in English: a page that only hosts the iframe downloads no other copy. */
export const frameEn = {
  signIn: 'Sign in',
  slowLead: 'This takes longer than usual.',
  slowFrame: 'Continue to sign in',
} as const;
