import { processDiscoveryResponse } from 'oauth4webapi';
import { z } from 'zod';
import { unavailable } from '../connectors/connector.ts';
import { createRemembered, hostOf, isPublicName, type OutboundContext, webAddress } from '../outbound/index.ts';
import { callProvider } from './call-provider.ts';
import { readAs } from './failures.ts';

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

export const openIdDocument: z.ZodType<Discovered> = z.object({
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

export interface DiscoverySource<T> {
  /** The provider's name, for the operator's log. */
  readonly name: string;
  readonly issuer: string;
  readonly discovery_url: string;
  /** What is read of the document. */
  readonly schema: z.ZodType<T>;
  /**
   * The hosts that the document may name, as `host` or `host:port`. Null: those of `issuer` and
   * `discovery_url`, and any other that has a public name.
   */
  readonly allowedHosts: readonly string[] | null;
}

/**
 * Reads a provider's discovery document, when it is first needed and then once an hour. It may be on
 * another host than the issuer, so the issuer is configured, and the document must name that one.
 * @throws ConnectorError `connector_unavailable`, `rate_limited`
 */
export function createDiscovery<T extends { readonly issuer: string }>(
  context: OutboundContext,
  source: DiscoverySource<T>,
): () => Promise<T> {
  const documents = createRemembered(context.now, {
    fresh_ms: FRESH_MS,
    fetch: () => readDocument(context, source),
  });
  return async () => (await documents.current()).value;
}

async function readDocument<T extends { readonly issuer: string }>(
  context: OutboundContext,
  source: DiscoverySource<T>,
): Promise<T> {
  const { name, issuer, discovery_url, schema } = source;
  const what = `${name}: discovery`;
  // By our own call: the library looks for the document under the issuer alone.
  const { status, body } = await callProvider(context, what, discovery_url, { repeat: 'reads' });
  if (status !== 200) throw unavailable(`${what} answered ${status}`, 'http_status');
  if (body === null) throw unavailable(`${what} answered no JSON object`, 'not_json');
  const otherIssuer = unavailable(`${what}: the document names another issuer than is configured`);
  const document = await readAs(
    () => (typeof body['issuer'] !== 'string' ? unavailable(`${what} answered no document`) : otherIssuer),
    () => processDiscoveryResponse(new URL(issuer), Response.json(body)),
  );
  // The library compares issuers as addresses; an identifier is compared as it is written.
  if (document.issuer !== issuer) throw otherIssuer;
  const parsed = schema.safeParse(document);
  if (!parsed.success) {
    const fields = parsed.error.issues.map(({ path }) => path.join('.') || 'no JSON object');
    throw unavailable(`${what} answered what it should not: ${fields.join(', ')}`);
  }
  assertAddresses(what, parsed.data, source);
  return parsed.data;
}

/** A document from the net must not make us call, with our secret or a person's token, what the operator never named. */
function assertAddresses(
  what: string,
  document: { readonly issuer: string },
  { issuer, discovery_url, allowedHosts }: Omit<DiscoverySource<unknown>, 'schema'>,
): void {
  const own = new Set([hostOf(issuer), hostOf(discovery_url)]);
  for (const [member, value] of Object.entries(document)) {
    if (member === 'issuer' || typeof value !== 'string') continue;
    if (value.startsWith('http:') && discovery_url.startsWith('https:'))
      throw unavailable(`${what}: its ${member} is not https`);
    const host = hostOf(value);
    const allowed = allowedHosts === null ? own.has(host) || isPublicName(host) : allowedHosts.includes(host);
    if (!allowed) throw unavailable(`${what}: its ${member} is on a host that is not in allowedHosts`);
  }
}
