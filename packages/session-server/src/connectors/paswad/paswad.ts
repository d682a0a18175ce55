import { z } from 'zod';
import type { ConnectorConfig, WebhookCapability } from '../connector.ts';
import { defineConnector } from '../define-connector.ts';
import { hostsOf } from '../shared/allowed-hosts.ts';
import { type OpenIdHabits, openOpenIdConnector } from '../shared/openid-connector.ts';
import { type OpenIdOptions, resolveOpenIdOptions } from '../shared/openid-options.ts';
import { baseAddress, checkOptions } from '../shared/option-schemas.ts';
import { readWebhook } from './webhooks.ts';

export interface PaswadOptions extends Partial<OpenIdOptions> {
  /** `app_live_…`, from Paswad's console. */
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  /** From Paswad's console; two while it is rotated. Without one there are no webhooks. */
  readonly webhookSecret?: string | readonly string[] | undefined;
  /** What the discovery document is under. Default `https://api.paswad.com`. */
  readonly apiUrl?: string | undefined;
}

const webhookSecret = z.string().min(8).max(256);
const shape = {
  clientSecret: z.string().min(1).max(1024),
  webhookSecret: z.union([webhookSecret, z.array(webhookSecret).min(1).max(2)]).optional(),
  apiUrl: baseAddress.default('https://api.paswad.com'),
};

const ISSUER = 'https://id.paswad.com';

/** Paswad. Mistakes in the options are reported when the configuration is checked. */
export const paswad: (options: PaswadOptions) => ConnectorConfig = defineConnector({
  id: 'paswad',
  check: (options: PaswadOptions) => {
    const given: Partial<PaswadOptions> = options ?? {};
    const own = checkOptions(z.object(shape), given);
    const resolved = resolveOpenIdOptions(given, defaultsFor(given, own.ok ? own.options.apiUrl : null), shape);
    if (!resolved.ok) return resolved;
    if (!own.ok) return own;
    return { ok: true, options: { ...resolved.options, webhookSecrets: [own.options.webhookSecret ?? []].flat() } };
  },
  open: (options, context) => {
    const { clientId, webhookSecrets } = options;
    const webhooks: WebhookCapability = {
      read: (headers, body) => readWebhook(webhookSecrets, clientId, headers, body),
    };
    return {
      ...openOpenIdConnector(options, context, { operatorsFault }),
      webhooks: webhookSecrets.length === 0 ? null : webhooks,
    };
  },
});

function defaultsFor(given: Partial<PaswadOptions>, apiUrl: string | null): Partial<OpenIdOptions> {
  return {
    id: 'paswad',
    names: { en: 'Paswad' },
    issuer: ISSUER,
    // Its document is on another host than its issuer, and names nothing beyond these two.
    allowedHosts: apiUrl === null ? undefined : hostsOf(given.issuer ?? ISSUER, apiUrl, given.discoveryUrl),
    discoveryUrl: apiUrl === null ? undefined : `${apiUrl}/.well-known/openid-configuration`,
    // As Paswad's documentation shows; its discovery document need not say so.
    tokenEndpointAuthMethod: 'client_secret_post',
    idTokenSignedResponseAlg: 'RS256',
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
