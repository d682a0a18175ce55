import { expect } from 'vitest';
import { ISSUER } from '../../packages/session-server/src/test-support/harness.ts';
import { expectHttps } from './discovery.ts';
import type { CONFIG_OP } from './plans.ts';
import type { Modules } from './run-plan.ts';

/** Members that are no lists of texts, of those that RFC 8414 §2 and its registry know; texts are told by their names. */
const BOOLEANS = new Set([
  'backchannel_logout_supported',
  'backchannel_logout_session_supported',
  'require_pushed_authorization_requests',
  'authorization_response_iss_parameter_supported',
  'claims_parameter_supported',
  'request_parameter_supported',
  'request_uri_parameter_supported',
  'require_request_uri_registration',
  'require_signed_request_object',
]);
const REQUIRED = [
  'issuer',
  'authorization_endpoint',
  'token_endpoint',
  'jwks_uri',
  'response_types_supported',
  'subject_types_supported',
  'id_token_signing_alg_values_supported',
];
/** RFC 7518 §6, RFC 8037 §2: what must not be in a public key. */
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

export const CONFIG_MODULES: Modules<typeof CONFIG_OP> = {
  'oidcc-discovery-endpoint-verification': {
    passes:
      'discovery is JSON of the issuer that it was asked of, has what is required, names https addresses and public keys, and lists RS256, a response type, a subject type and openid',
    async run(suite) {
      const { metadata } = suite;
      expect(Object.keys(metadata)).toEqual(expect.arrayContaining(REQUIRED));
      expect(metadata['issuer']).toBe(ISSUER);
      expectHttps(suite);
      for (const [name, value] of Object.entries(metadata)) {
        if (/(_endpoint|_uri|^issuer)$/.test(name)) continue;
        if (BOOLEANS.has(name)) expect(value, `the type of ${name}`).toEqual(expect.any(Boolean));
        else expect(value, `the type of ${name}`).toEqual(expect.arrayContaining([expect.any(String)]));
      }
      expect(['public', 'pairwise']).toEqual(expect.arrayContaining(metadata['subject_types_supported'] as string[]));
      expect(metadata['response_types_supported']).toContain('code');
      expect(metadata['id_token_signing_alg_values_supported']).toContain('RS256');
      expect(metadata['grant_types_supported']).toContain('authorization_code');
      expect(metadata['code_challenge_methods_supported']).toContain('S256');
      expect(metadata['scopes_supported']).toContain('openid');
      for (const scope of metadata['scopes_supported'] as readonly string[]) {
        expect(scope).toMatch(/^[\x21\x23-\x5b\x5d-\x7e]+$/);
      }
      for (const tag of metadata['ui_locales_supported'] as readonly string[]) {
        expect(Intl.getCanonicalLocales(tag)).toEqual([tag]);
      }
      const set = await suite.keys();
      expect(new Set(set.map(({ kid }) => kid)).size, 'every key has a name of its own').toBe(set.length);
      for (const key of set) {
        expect(['RSA', 'EC', 'OKP']).toContain(key['kty']);
        expect(PRIVATE.filter((name) => name in key)).toEqual([]);
      }
      expect(set.some(({ kty, alg }) => kty === 'RSA' && alg === 'RS256')).toBe(true);
    },
  },
};
