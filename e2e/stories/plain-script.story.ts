import * as client from 'openid-client';
import { expect, shows, story } from '../story.ts';
import { choose, currentText, type SessionHandle, Watching } from '../world/session-api.ts';

// No browser: what a script needs that knows only the contract and a certified OpenID Connect client.
story('from PAR to userinfo', shows('API-PLAIN-SCRIPT'), async ({ world, phone }) => {
  const config = await client.discovery(
    new URL(world.issuer),
    'shop',
    { id_token_signed_response_alg: 'ES256' },
    client.ClientSecretBasic('demo-shop-secret'),
    { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] },
  );
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()];
  const authorization = await client.buildAuthorizationUrlWithPAR(config, {
    redirect_uri: `${world.shop}/callback`,
    scope: 'openid profile email',
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  });

  const started = await fetch(`${world.issuer}/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(Object.fromEntries(authorization.searchParams)),
  });
  expect(started.status).toBe(201);
  const session = (await started.json()) as SessionHandle;
  expect(session.status).toBe('initialized');

  const watching = await Watching.open(world, session);
  const chosen = await choose(world, session);
  const scanned = await phone.scan(currentText(chosen));
  await watching.until('retrieved');
  await phone.approve(scanned);
  const { redirect_to } = await watching.until('confirmed');
  expect(redirect_to).toContain(`${world.shop}/callback?`);

  const tokens = await client.authorizationCodeGrant(config, new URL(redirect_to ?? ''), {
    expectedState,
    expectedNonce,
    pkceCodeVerifier,
    idTokenExpected: true,
  });
  await watching.until('completed');
  watching.close();
  const claims = tokens.claims();
  const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims?.sub ?? '');
  expect(userinfo).toMatchObject({ name: 'Alma Exempel', email: 'alma@example.com', sub: claims?.sub });
  expect(claims?.sub, 'sub must not be the upstream subject').not.toContain('alma');
});
