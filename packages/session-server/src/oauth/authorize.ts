import { type FormResponse, authorizationResponse, responseParameters } from '../flow/authorization-response.ts';
import { type RedemptionPort, FlowError } from '../flow/index.ts';
import type { AuthorizationRequest, Client, ClientDirectory } from '../session/index.ts';
import { REQUEST_URI_PREFIX } from './authorization-checks.ts';
import { DISABLED } from './client-authentication.ts';
import { type CheckDependencies, checkRequest, type CheckedRequest } from './check-request.ts';
import { OAuthError } from './oauth-error.ts';
import { assertWellFormed, type Params } from './params.ts';

/** A request that may be signed in for: at rest under its `request_uri`, or sealed in it. */
export interface Begun {
  readonly client: Client;
  readonly request_uri: string;
  readonly request: AuthorizationRequest;
}

/** What `/authorize` does with a request. */
export type AuthorizeDecision =
  | ({ readonly type: 'page' } & Begun)
  /** 303 to the client (RFC 9700 §4.12: never 307). */
  | { readonly type: 'redirect'; readonly location: string; readonly error: OAuthError }
  /** The same, as a form that the browser posts. */
  | { readonly type: 'form'; readonly client: Client; readonly response: FormResponse; readonly error: OAuthError }
  /** The client or its redirect URI is in doubt: only the person hears of it, and nothing redirects. */
  | { readonly type: 'error_page'; readonly error: OAuthError | FlowError };

interface Dependencies extends CheckDependencies {
  readonly issuer: string;
  readonly flow: RedemptionPort;
}

/**
 * For callers that redirect no browser (`POST /session`). `admit` hears whose request it is before it
 * rests, and may throw.
 * @throws OAuthError; FlowError `request_expired`
 */
export async function begin(
  deps: Dependencies,
  params: Params,
  admit: (client: Client) => void = () => {},
): Promise<Begun> {
  const result = await open(deps, params, admit);
  if ('request_uri' in result) return result;
  throw result.error;
}

/** Decides about an authorization request, plain or pushed. Plain parameters are sealed into a `request_uri`, so that a page always has one. */
export async function authorize(deps: Dependencies, params: Params): Promise<AuthorizeDecision> {
  try {
    const result = await open(deps, params, () => {});
    if ('request_uri' in result) return { type: 'page', ...result };
    const { error, tell } = result;
    if (tell === null) return { type: 'error_page', error };
    const outcome = { error: error.code, error_description: error.message };
    if (tell.response_mode === 'query') {
      return { type: 'redirect', location: authorizationResponse(tell, deps.issuer, outcome), error };
    }
    const { client, redirect_uri } = tell;
    const parameters = responseParameters(tell, deps.issuer, outcome);
    return { type: 'form', client, response: { redirect_uri, parameters }, error };
  } catch (cause) {
    if (cause instanceof OAuthError || (cause instanceof FlowError && cause.code === 'request_expired')) {
      return { type: 'error_page', error: cause };
    }
    throw cause;
  }
}

async function open(
  deps: Dependencies,
  params: Params,
  admit: (client: Client) => void,
): Promise<Begun | Extract<CheckedRequest, { readonly ok: false }>> {
  const { clients, flow } = deps;
  const request_uri = params.values.get('request_uri');
  if (request_uri?.startsWith(REQUEST_URI_PREFIX) === true || params.doubled.has('request_uri')) {
    return openPushed(clients, flow, params, request_uri ?? '', admit);
  }
  const checked = await checkRequest(params, 'browser', deps);
  if (!checked.ok) return checked;
  const { client, request } = checked;
  admit(client);
  const carried = await flow.carry(request);
  return { client, request, request_uri: carried.request_uri };
}

/** What was pushed is the request; other parameters beside it are ignored (RFC 9126 §4). */
async function openPushed(
  clients: ClientDirectory,
  flow: RedemptionPort,
  params: Params,
  request_uri: string,
  admit: (client: Client) => void,
): Promise<Begun> {
  assertWellFormed(params);
  const client_id = params.values.get('client_id');
  if (client_id === undefined) throw new OAuthError('invalid_request', 'client_id: is missing');
  const client = await clients.find(client_id);
  if (client === null) {
    if ((await clients.registered(client_id)) !== null) throw new OAuthError('unauthorized_client', DISABLED);
    throw new OAuthError('invalid_request', 'client_id: no such client is registered here');
  }
  admit(client);
  return { client, request_uri, request: await flow.pushed(client_id, request_uri) };
}
