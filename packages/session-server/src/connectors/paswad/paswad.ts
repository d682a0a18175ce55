import { z } from 'zod';
import type { ConnectorConfig } from '../connector.ts';
import { hostsOf } from '../shared/allowed-hosts.ts';
import { type OpenIdHabits, openOpenIdConnector } from '../shared/openid-connector.ts';
import { type OpenIdOptions, resolveOpenIdOptions } from '../shared/openid-options.ts';
import { baseAddress, checkOptions } from '../shared/option-schemas.ts';
import { readWebhook } from './webhooks.ts';

export interface PaswadOptions extends Partial<OpenIdOptions> {
  /** `app_live_…`, from Paswad's console. */
  readonly client_id: string;
  readonly client_secret: string;
  /** From Paswad's console; two while it is rotated. Without one there are no webhooks. */
  readonly webhook_secret?: string | readonly string[] | undefined;
  /** What the discovery document is under. Default `https://api.paswad.com`. */
  readonly api_url?: string | undefined;
}

const webhookSecret = z.string().min(8).max(256);
const schema = z.object({
  client_secret: z.string('is missing').min(1).max(1024),
  webhook_secret: z.union([webhookSecret, z.array(webhookSecret).min(1).max(2)]).optional(),
  api_url: baseAddress.default('https://api.paswad.com'),
});

const ISSUER = 'https://id.paswad.com';

/** Paswad. Mistakes in the options are reported when the configuration is checked. */
export function paswad(options: PaswadOptions): ConnectorConfig {
  const { webhook_secret, api_url, ...common } = options ?? {};
  const own = checkOptions(schema, { client_secret: common.client_secret, webhook_secret, api_url });
  const resolved = resolveOpenIdOptions(common, {
    id: 'paswad',
    names: { en: 'Paswad' },
    issuer: ISSUER,
    // Its document is on another host than its issuer, and names nothing beyond these two.
    allowedHosts: own.ok ? hostsOf(common.issuer ?? ISSUER, own.options.api_url, common.discovery_url) : undefined,
    discovery_url: own.ok ? `${own.options.api_url}/.well-known/openid-configuration` : undefined,
    // As Paswad's documentation shows; its discovery document need not say so.
    token_endpoint_auth_method: 'client_secret_post',
    id_token_signed_response_alg: 'RS256',
  });
  const issues = [own, resolved].flatMap((checked) => (checked.ok ? [] : checked.issues));
  return {
    id: resolved.ok ? resolved.options.id : (common.id ?? 'paswad'),
    issues: issues.filter(({ path }, index) => issues.findIndex((other) => other.path === path) === index),
    open(context) {
      if (!own.ok || !resolved.ok) throw new TypeError('the Paswad connector has mistakes in its options');
      const { webhook_secret: secrets } = own.options;
      const { client_id } = resolved.options;
      return Promise.resolve({
        ...openOpenIdConnector(resolved.options, context, { operatorsFault }),
        webhooks:
          secrets === undefined
            ? null
            : { read: (headers, body) => readWebhook([secrets].flat(), client_id, headers, body) },
      });
    },
  };
}

/**
 * Paswad's documentation has `access_denied` for an app that is not approved ("Errors", 403), which OpenID
 * Connect has for a person who said no: only the description tells them apart (docs/decisions/0031-ask-little-believe-little.md).
 */
const operatorsFault: OpenIdHabits['operatorsFault'] = ({ error, description }) =>
  error === 'access_denied' && /\b(app|application|client)\b.*\bnot (yet |been )*approved\b/i.test(description)
    ? 'access_denied: the app is not approved for what it asks; see scope, and the app in the Paswad console'
    : null;
