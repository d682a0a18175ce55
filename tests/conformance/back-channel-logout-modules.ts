import { expect } from 'vitest';
import { expectHttps } from './discovery.ts';
import type { BACK_CHANNEL_OP } from './plans.ts';
import { expectBack, expectSignedOut } from './rp-initiated-logout-modules.ts';
import type { Modules } from './run-plan.ts';
import { POST_LOGOUT, decode, isSigned, random } from './suite.ts';

export const BACK_CHANNEL_MODULES: Modules<typeof BACK_CHANNEL_OP> = {
  'oidcc-backchannel-logout-discovery-endpoint-verification': {
    passes: 'discovery offers back-channel logout with sid, and an end_session_endpoint; every address is https',
    run({ metadata }) {
      expect(metadata['backchannel_logout_supported']).toBe(true);
      expect(metadata['backchannel_logout_session_supported']).toBe(true);
      expect(metadata['end_session_endpoint']).toMatch(/^https:\/\//);
      expectHttps({ metadata });
    },
  },
  'oidcc-backchannel-rp-initiated-logout': {
    passes:
      'after a logout the client hears by POST of a signed logout token with the sub and sid of the id_token, the browser comes back with its state, and is signed out',
    async run(suite) {
      const told = suite.logouts.next();
      const { id_token } = await suite.signIn();
      const state = random(96);
      const logout = { id_token_hint: id_token.text, post_logout_redirect_uri: POST_LOGOUT, state };
      const arrival = await suite.logOut(logout);
      const { method, type, form } = await told;

      expect(method).toBe('POST');
      expect(type).toMatch(/^application\/x-www-form-urlencoded/);
      expect([...form.keys()]).toEqual(['logout_token']);
      const { text, header, claims } = decode(form.get('logout_token'));
      const key = (await suite.keys()).find(({ kid }) => kid === header['kid']);
      expect(isSigned(text, String(header['alg']), key ?? {})).toBe(true);
      expect(claims).toMatchObject({
        iss: suite.metadata['issuer'],
        aud: suite.clients.first.client_id,
        sub: id_token.claims['sub'],
        sid: id_token.claims['sid'],
        jti: expect.stringMatching(/./) as string,
      });
      expect(id_token.claims['sid'], 'the id_token has one').toMatch(/./);
      expect(claims['events']).toEqual({ 'http://schemas.openid.net/event/backchannel-logout': {} });
      expect(Math.abs(Number(claims['iat']) - suite.now())).toBeLessThanOrEqual(300);
      expect(claims).not.toHaveProperty('nonce');

      expectBack(arrival, { state });
      await expectSignedOut(suite);
    },
  },
};
