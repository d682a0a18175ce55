import { isUtf8 } from 'node:buffer';
import { hashSecret, sameText } from '../secrets/index.ts';
import type { Client, ClientDirectory } from '../session/index.ts';
import { OAuthError } from './oauth-error.ts';
import { assertWellFormed, type Params } from './params.ts';

/** A call to an endpoint that is not for browsers to navigate to. */
export interface EndpointCall {
  /** The `Authorization` header as it came; null without one. */
  readonly authorization: string | null;
  /** The form body's parameters. */
  readonly params: Params;
  /** Hears who calls as soon as that is known, before anything is done; may throw, for an origin that is not the client's, or a limit. */
  readonly admit: (client: Client) => void | Promise<void>;
}

interface Presented {
  readonly method: 'client_secret_basic' | 'client_secret_post' | 'none';
  readonly client_id: string;
  /** The secret in each way in which what came can be read: two for Basic, in doubt. */
  readonly secrets: readonly string[];
}

/** RFC 9110 §15.5.2: a 401 names a scheme. */
export const CHALLENGE = { 'WWW-Authenticate': 'Basic realm="beckon", charset="UTF-8"' };
/** The longest credentials that are looked at, in characters. */
const LIMIT = 1024;
/** What a client hears that the operator has switched off. Its secret is not looked at: client ids are public. */
export const DISABLED = 'client_id: this client is disabled by the operator of this server';
/** Compared with when the client is unknown, so that it takes as long; no text has this hash. */
const NO_SECRET = ['-'];

/**
 * Authenticates a client (RFC 6749 §2.3): HTTP Basic, the form body, or `none` for a public client.
 *
 * Exactly one method may be used. `client_secret_basic` is also accepted in the body, since many
 * libraries send it there whatever was registered; `client_secret_post` is not accepted as Basic, and
 * a public client has no secret to send. A Basic secret is also taken as it stands, since many libraries
 * do not form-encode it, and base64 of random bytes often has a `+`.
 * @throws OAuthError `invalid_client`, or `invalid_request` for two methods at once
 */
export async function authenticateClient(call: EndpointCall, clients: ClientDirectory): Promise<Client> {
  assertWellFormed(call.params);
  const presented = presentedBy(call);
  const client = await clients.find(presented.client_id);
  // Every secret is compared, known client or not, so that the time tells nothing.
  const hashes = client === null || client.client_secret_hashes.length === 0 ? NO_SECRET : client.client_secret_hashes;
  const given = presented.secrets.map(hashSecret);
  const matches = hashes.flatMap((hash) => given.map((each) => sameText(hash, each))).includes(true);

  if (client === null) {
    const isDisabled = (await clients.registered(presented.client_id)) !== null;
    throw refused(isDisabled ? DISABLED : 'client_id: no such client, or its authentication failed');
  }
  if (presented.method === 'none') {
    if (client.token_endpoint_auth_method === 'none') return admitted(call, client);
    throw refused('this client has a secret and must authenticate with it');
  }
  if (client.token_endpoint_auth_method === 'none') {
    throw refused('this is a public client: send its client_id and no secret');
  }
  if (client.token_endpoint_auth_method === 'client_secret_post' && presented.method === 'client_secret_basic') {
    throw refused('this client is registered for client_secret_post: send the secret in the body');
  }
  if (!matches) throw refused('client_id: no such client, or its authentication failed');
  return admitted(call, client);
}

async function admitted({ admit }: EndpointCall, client: Client): Promise<Client> {
  await admit(client);
  return client;
}

function presentedBy({ authorization, params: { values } }: EndpointCall): Presented {
  if (values.has('client_assertion') || values.has('client_assertion_type')) {
    throw refused('client_assertion: is not supported here; use client_secret_basic or client_secret_post');
  }
  const inBody = values.get('client_id');
  const secret = values.get('client_secret');
  if ((inBody?.length ?? 0) > LIMIT || (secret?.length ?? 0) > LIMIT) throw refused('the credentials are too long');
  if (authorization !== null) {
    if (secret !== undefined) {
      throw new OAuthError('invalid_request', 'send the client secret in the header or in the body, not in both');
    }
    const basic = readBasic(authorization);
    if (inBody !== undefined && inBody !== basic.client_id) {
      throw new OAuthError('invalid_request', 'client_id: differs from the one in the Authorization header');
    }
    return basic;
  }
  if (inBody === undefined) throw refused('client_id: is missing, and there is no Authorization header');
  return secret === undefined
    ? { method: 'none', client_id: inBody, secrets: [] }
    : { method: 'client_secret_post', client_id: inBody, secrets: [secret] };
}

/**
 * RFC 7617 §2. Both parts are form-encoded before they are joined (RFC 6749 §2.3.1), which Authlib, Ruby's
 * oauth2 and others leave out.
 */
function readBasic(authorization: string): Presented {
  const [, encoded] = /^Basic +([A-Za-z0-9+/]{1,4096}={0,2})$/i.exec(authorization) ?? [];
  if (encoded === undefined) throw refused('Authorization: must be Basic with base64 credentials');
  const text = utf8(Buffer.from(encoded, 'base64'));
  const at = text?.indexOf(':') ?? -1;
  if (text === null || at === -1) {
    throw refused('Authorization: must be base64 of client_id:client_secret in UTF-8');
  }
  const [id, secret] = [text.slice(0, at), text.slice(at + 1)];
  const [client_id, decoded] = [formDecoded(id) ?? id, formDecoded(secret) ?? secret];
  if (client_id.length > LIMIT || decoded.length > LIMIT) throw refused('the credentials are too long');
  // What some libraries send for a public client.
  if (secret === '') return { method: 'none', client_id, secrets: [] };
  return { method: 'client_secret_basic', client_id, secrets: decoded === secret ? [secret] : [decoded, secret] };
}

/** Null where it is none. */
function utf8(bytes: Buffer): string | null {
  return isUtf8(bytes) ? bytes.toString('utf8') : null;
}

/** Null where that cannot be what it is. */
function formDecoded(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}

function refused(description: string): OAuthError {
  return new OAuthError('invalid_client', description, CHALLENGE);
}
