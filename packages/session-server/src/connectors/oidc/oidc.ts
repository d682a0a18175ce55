import type { ConnectorConfig } from '../connector.ts';
import { openOpenIdConnector } from '../shared/openid-connector.ts';
import { type OpenIdOptions, resolveOpenIdOptions } from '../shared/openid-options.ts';

export type OidcOptions = OpenIdOptions;

/** Any OpenID Provider. Mistakes in the options are reported when the configuration is checked. */
export function oidc(options: OidcOptions): ConnectorConfig {
  const resolved = resolveOpenIdOptions(options);
  return {
    id: resolved.ok ? resolved.options.id : (options?.id ?? 'oidc'),
    issues: resolved.ok ? [] : resolved.issues,
    open(context) {
      if (!resolved.ok) throw new TypeError('the oidc connector has mistakes in its options');
      return Promise.resolve(openOpenIdConnector(resolved.options, context));
    },
  };
}
