import { signIn } from '@/auth';

/** The widget asks this route whenever a sign-in starts. */
export async function POST() {
  const { AUTH_BECKON_ISSUER, AUTH_BECKON_ID, AUTH_BECKON_SECRET } = process.env;
  // Auth.js makes the authorization request, and puts its state and PKCE verifier into cookies of this browser.
  const request = new URL(await signIn('beckon', { redirect: false, redirectTo: '/' }));
  // The request is pushed to the session server (RFC 9126), so that the browser cannot change it.
  const pushed = await fetch(`${AUTH_BECKON_ISSUER}/oauth/par`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${AUTH_BECKON_ID}:${AUTH_BECKON_SECRET}`)}` },
    body: request.searchParams,
  });
  return Response.json({ client_id: AUTH_BECKON_ID, ...(await pushed.json()) }, { status: pushed.status });
}
