import { z } from 'zod';
import type { OutboundContext } from '../../outbound/index.ts';
import { unavailable } from '../connector.ts';
import { callProvider } from './call-provider.ts';
import { authenticatedForm } from './client-authentication.ts';
import { type ClientEndpoint, refusalOf } from './token-endpoint.ts';

/** Where the browser goes: the endpoint with these parameters, whatever it had before; null ones are left out. */
export function authorizationUrl(endpoint: string, parameters: Readonly<Record<string, string | null>>): string {
  const url = new URL(endpoint);
  for (const [name, value] of Object.entries(parameters)) if (value !== null) url.searchParams.set(name, value);
  return url.href;
}

export interface PushedRequest {
  readonly request_uri: string;
  /** Ms since the epoch; null when the provider does not say. */
  readonly expires_at: number | null;
}

const answerSchema = z.object({
  request_uri: z
    .string()
    .max(1024)
    .regex(/^[\x21-\x7e]+$/),
  expires_in: z.number().positive().max(1e6).nullable().catch(null).default(null),
});

/**
 * Pushes an authorization request (RFC 9126).
 * @param parameters besides our credentials; null ones are left out
 * @throws ConnectorError `rate_limited`, `connector_unavailable`
 */
export async function pushAuthorizationRequest(
  context: OutboundContext,
  endpoint: ClientEndpoint,
  parameters: Readonly<Record<string, string | null>>,
): Promise<PushedRequest> {
  const what = `${endpoint.provider}: pushed authorization request`;
  const form = authenticatedForm(endpoint.client, parameters);
  const answer = await callProvider(context, what, endpoint.url, { method: 'POST', ...form, repeat: 'unsent' });
  // RFC 9126 §2.2 says 201; providers answer 200 too.
  if (answer.status !== 201 && answer.status !== 200) throw unavailable(refusalOf(what, answer));
  const parsed = answerSchema.safeParse(answer.body);
  if (!parsed.success) throw unavailable(`${what} answered without a request_uri`);
  const { request_uri, expires_in } = parsed.data;
  return { request_uri, expires_at: expires_in === null ? null : context.now() + expires_in * 1000 };
}
