import type { JWTVerifyGetKey } from 'jose';
import * as oauth from 'oauth4webapi';
import { unavailable } from '../connectors/connector.ts';
import { isSecureAddress } from '../outbound/secure-address.ts';
import type { JsonAnswer, JsonRequest, OutboundContext } from '../outbound/index.ts';
import { callProvider, refusalOf } from './call-provider.ts';

/** How we prove to a provider's endpoints who we are (RFC 6749 §2.3). */
export type ClientAuthentication =
  | {
      readonly method: 'client_secret_basic' | 'client_secret_post';
      readonly client_id: string;
      readonly client_secret: string;
    }
  | { readonly method: 'none'; readonly client_id: string };

/** A provider and we as its client. */
export interface OpenIdClient {
  /** The provider's name, for the operator's log. */
  readonly name: string;
  /** Its metadata. `id_token_signing_alg_values_supported` pins how id_tokens are signed. */
  readonly server: oauth.AuthorizationServer;
  readonly authentication: ClientAuthentication;
  /** Its keys. Null where they are not known: TLS with the token endpoint then stands for the signature (OpenID Connect Core §3.1.3.7, step 6). */
  readonly keys: JWTVerifyGetKey | null;
}

/** How far the provider's and our clocks may differ, in s. */
export const SKEW_S = 30;

/** The client as the library wants it: its clock is the system's, so it is told how far ours is from that. */
export function libraryClient({ now }: Pick<OutboundContext, 'now'>, client_id: string): oauth.Client {
  return {
    client_id,
    [oauth.clockTolerance]: SKEW_S,
    // The library adds it to the system's time in whole seconds.
    get [oauth.clockSkew]() {
      return now() / 1000 - Math.floor(Date.now() / 1000);
    },
  };
}

export function libraryAuthentication(client: ClientAuthentication): oauth.ClientAuth {
  if (client.method === 'none') return oauth.None();
  if (client.method === 'client_secret_post') return oauth.ClientSecretPost(client.client_secret);
  // The library's Basic also encodes `-`, `.` and `_`, which providers that do not decode would not know again.
  const credentials = `${formEncoded(client.client_id)}:${formEncoded(client.client_secret)}`;
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  return (_server, _client, _body, headers) => headers.set('authorization', authorization);
}

/** RFC 6749 §2.3.1: both are form-encoded before they become Basic's user name and password. */
function formEncoded(text: string): string {
  return new URLSearchParams({ t: text }).toString().slice(2);
}

/** How one call of the library is made, and what it is shown of the answer. */
export interface Called extends Pick<JsonRequest, 'repeat' | 'limit_bytes'> {
  /** Provider and endpoint, for the operator's log. */
  readonly what: string;
  /** The status of a success, as the library expects it. Default 200. */
  readonly success?: 200 | 201;
  /** Whether the answer is a success. Default: its status is 200. May throw where it refuses in its own way. */
  readonly accept?: (answer: JsonAnswer) => boolean;
  /** The body as the library expects it, where providers write it otherwise. Default: as it is, a JSON object. */
  readonly tidy?: (body: NonNullable<JsonAnswer['body']>) => Readonly<Record<string, unknown>>;
  /** Whether a success has no body. */
  readonly empty?: boolean;
}

/**
 * The library's calls by our own: limits, tries and refusals are ours, and it is shown nothing but a success.
 * What it would refuse for its media type or its challenges alone is told by the body.
 */
export function libraryCall(
  context: OutboundContext,
  { what, repeat = 'never', success = 200, accept = isOk, limit_bytes, tidy = (body) => body, empty = false }: Called,
): {
  [oauth.allowInsecureRequests]: true;
  [oauth.customFetch]: (url: string, options: LibraryRequest) => Promise<Response>;
} {
  return {
    // It knows no "https, or http on a loopback host": that is asked below.
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: async (url, { method, headers, body }) => {
      if (!isSecureAddress(URL.parse(url))) throw unavailable(`${what} is at an address that is not https`);
      const sent = ['authorization', 'content-type'].flatMap((name) => {
        const value = headers[name];
        return value === undefined ? [] : [[name, value.replace(/;charset=.*$/, '')]];
      });
      const answer = await callProvider(context, what, url, {
        method,
        headers: Object.fromEntries(sent) as Record<string, string>,
        repeat,
        ...(body instanceof URLSearchParams && { body: body.toString() }),
        ...(limit_bytes !== undefined && { limit_bytes }),
      });
      if (!accept(answer)) throw unavailable(refusalOf(what, answer), 'http_status');
      if (answer.body === null && !empty) throw unavailable(`${what} answered no JSON object`, 'not_json');
      return Response.json(tidy(answer.body ?? {}), { status: success });
    },
  };
}

function isOk({ status }: JsonAnswer): boolean {
  return status === 200;
}

interface LibraryRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}
