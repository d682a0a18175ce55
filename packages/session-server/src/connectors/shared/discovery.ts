import { z } from 'zod';
import type { ConnectorContext } from '../connector.ts';
import { callJson, unavailable } from './call-json.ts';
import { webAddress } from './option-schemas.ts';
import { createRemembered } from './remembered.ts';

/** What we use of a discovery document (OpenID Connect Discovery 1.0 §3). */
export interface Discovered {
  readonly issuer: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly jwks_uri: string;
  readonly userinfo_endpoint?: string | undefined;
  readonly revocation_endpoint?: string | undefined;
  readonly end_session_endpoint?: string | undefined;
  readonly pushed_authorization_request_endpoint?: string | undefined;
  readonly require_pushed_authorization_requests?: boolean | undefined;
  readonly token_endpoint_auth_methods_supported?: readonly string[] | undefined;
  /** RFC 9207: every callback names its issuer. */
  readonly authorization_response_iss_parameter_supported?: boolean | undefined;
}

const schema: z.ZodType<Discovered> = z.object({
  issuer: z.string(),
  authorization_endpoint: webAddress,
  token_endpoint: webAddress,
  jwks_uri: webAddress,
  userinfo_endpoint: webAddress.optional(),
  revocation_endpoint: webAddress.optional(),
  end_session_endpoint: webAddress.optional(),
  pushed_authorization_request_endpoint: webAddress.optional(),
  require_pushed_authorization_requests: z.boolean().optional(),
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
  authorization_response_iss_parameter_supported: z.boolean().optional(),
});

/** A document is believed for this long, in ms. */
const FRESH_MS = 3_600_000;

/** Where a provider's document is, when nothing else is said (OpenID Connect Discovery 1.0 §4). */
export function discoveryUrlOf(issuer: string): string {
  return `${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`;
}

/**
 * Reads a provider's discovery document, when it is first needed and then once an hour. It may be on
 * another host than the issuer, so the issuer is configured, and the document must name that one.
 * @throws ConnectorError `connector_unavailable`, `rate_limited`
 */
export function createDiscovery(
  context: Pick<ConnectorContext, 'fetch' | 'now'>,
  provider: { readonly name: string; readonly issuer: string; readonly discovery_url: string },
): () => Promise<Discovered> {
  const documents = createRemembered(context.now, {
    fresh_ms: FRESH_MS,
    fetch: () => readDocument(context, provider),
  });
  return async () => (await documents.current()).value;
}

async function readDocument(
  context: Pick<ConnectorContext, 'fetch' | 'now'>,
  { name, issuer, discovery_url }: { readonly name: string; readonly issuer: string; readonly discovery_url: string },
): Promise<Discovered> {
  const what = `${name}: discovery`;
  const { status, body } = await callJson(context, what, discovery_url);
  if (status !== 200) throw unavailable(`${what} answered ${status}`);
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    const fields = parsed.error.issues.map(({ path }) => path.join('.') || 'no JSON object');
    throw unavailable(`${what} answered what it should not: ${fields.join(', ')}`);
  }
  if (parsed.data.issuer !== issuer) throw unavailable(`${what}: the document names another issuer than is configured`);
  // A document from the net must not send our secret to a service of this machine.
  const loopback = Object.values(parsed.data).some((value) => typeof value === 'string' && value.startsWith('http:'));
  if (loopback && discovery_url.startsWith('https:')) throw unavailable(`${what}: an endpoint is not https`);
  return parsed.data;
}
