import type { ConnectorConfig } from '../connector.ts';
import { defineConnector } from '../define-connector.ts';
import { openOpenIdConnector } from '../shared/openid-connector.ts';
import { type OpenIdOptions, resolveOpenIdOptions } from '../shared/openid-options.ts';

export type OidcOptions = OpenIdOptions;

/** Any OpenID Provider. Mistakes in the options are reported when the configuration is checked. */
export const oidc: (options: OidcOptions) => ConnectorConfig = defineConnector({
  id: 'oidc',
  check: resolveOpenIdOptions,
  open: openOpenIdConnector,
});
