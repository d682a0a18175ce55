import NextAuth from 'next-auth';

export const { handlers, auth, signIn, signOut } = NextAuth({
  // Auth.js reads AUTH_BECKON_ISSUER, AUTH_BECKON_ID and AUTH_BECKON_SECRET: the names come from the id.
  providers: [{ id: 'beckon', name: 'Beckon', type: 'oidc', checks: ['pkce', 'state'] }],
  pages: { signIn: '/login' },
});
