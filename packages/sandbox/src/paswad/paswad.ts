import { createHash } from 'node:crypto';
import { createOpenIdProvider, type OpenIdStandIn } from '../openid/index.ts';
import type { PartContext } from '../part.ts';
import type { Person } from '../people.ts';
import { PASWAD_CLIENT } from './client.ts';
import { mountWebhooks } from './webhooks.ts';

/** Issuer: `{sandbox}/paswad/id`; what is api.paswad.com in truth is `{sandbox}/paswad/api`. */
export function createPaswad(context: PartContext): OpenIdStandIn {
  const provider = createOpenIdProvider(context, {
    name: 'Paswad',
    mount: '/paswad',
    issuer: `${context.base}/paswad/id`,
    paths: {
      discovery: '/api/.well-known/openid-configuration',
      jwks: '/api/.well-known/jwks.json',
      authorize: '/id/authorize',
      token: '/api/v1/oauth/token',
      userinfo: '/api/v1/oauth/userinfo',
      // Its documentation says only that discovery advertises these two.
      revocation: '/api/v1/oauth/revoke',
      end_session: '/id/logout',
    },
    client: PASWAD_CLIENT,
    algorithm: 'RS256',
    scopes: ['openid', 'profile', 'email'],
    sends_iss: false,
    prefixes: { code: 'ac_', access: 'at_live_', refresh: 'rt_live_' },
    subjectOf,
  });
  mountWebhooks(provider.router, context, provider.records, subjectOf);
  return provider;
}

/** Always the same for the same person, across runs. */
function subjectOf({ id }: Person): string {
  return `usr_${createHash('sha256').update(`paswad ${id}`).digest('base64url').replaceAll(/[-_]/g, '').slice(0, 8)}`;
}
