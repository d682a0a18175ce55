/** A plain OpenID Provider, for the connector that takes any: one host, discovery where the issuer says. */
import { createOpenIdProvider, type OpenIdStandIn } from '../openid/index.ts';
import type { PartContext } from '../part.ts';

/** For Beckon's configuration. */
export const OIDC_CLIENT = { id: 'beckon', secret: 'sandbox-oidc-secret' } as const;

/** Issuer: `{sandbox}/oidc`. */
export function createOidc(context: PartContext): OpenIdStandIn {
  return createOpenIdProvider(context, {
    name: 'Example ID',
    mount: '/oidc',
    issuer: `${context.base}/oidc`,
    paths: {
      discovery: '/.well-known/openid-configuration',
      jwks: '/jwks',
      authorize: '/authorize',
      token: '/token',
      userinfo: '/userinfo',
      revocation: '/revoke',
      end_session: '/logout',
    },
    client: OIDC_CLIENT,
    algorithm: 'ES256',
    scopes: ['openid', 'profile', 'email', 'address', 'phone', 'offline_access'],
    sends_iss: true,
    prefixes: { code: '', access: '', refresh: '' },
    subjectOf: ({ id }) => `example-${id}`,
  });
}
