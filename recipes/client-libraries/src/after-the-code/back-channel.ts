import express, { type Router } from 'express';
import { createRemoteJWKSet, jwtVerify } from 'jose';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/**
 * The route that Beckon tells of ends of sign-ins, `backchannel_logout_uri`.
 * @param end ends the session of the website that began with an id_token of this `sid`; it may come more than once
 */
export function backChannelLogout(end: (sid: string) => Promise<void>): Router {
  const { ISSUER, CLIENT_ID } = process.env;
  const keys = createRemoteJWKSet(new URL(`${ISSUER}/.well-known/jwks.json`));
  const router = express.Router();
  router.post('/backchannel-logout', express.urlencoded({ extended: false }), async (req, res) => {
    const { logout_token } = req.body as { readonly logout_token?: string };
    res.set('Cache-Control', 'no-store');
    let sid: unknown;
    try {
      const { payload } = await jwtVerify(logout_token ?? '', keys, {
        issuer: ISSUER,
        audience: CLIENT_ID,
        typ: 'logout+jwt',
        requiredClaims: ['iat', 'exp', 'jti', 'sid', 'events'],
      });
      const events = payload['events'] as Readonly<Record<string, unknown>>;
      if (events[EVENT] === undefined || payload['nonce'] !== undefined) throw new TypeError('this is no logout token');
      sid = payload['sid'];
    } catch {
      return res.status(400).json({ error: 'invalid_request' });
    }
    // Where this fails, Express answers 500, and Beckon tells it again.
    await end(String(sid));
    res.sendStatus(204);
  });
  return router;
}
