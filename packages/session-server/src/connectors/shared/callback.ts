import { sameText } from '../../secrets/index.ts';
import { ConnectorError, unavailable } from '../connector.ts';

/** What an authorization response says (RFC 6749 §4.1.2), once everything about its form is right. */
export type CallbackAnswer =
  | { readonly type: 'code'; readonly code: string }
  /** `error` and `description` are as they came: compare them, show them to nobody. */
  | { readonly type: 'error'; readonly error: string; readonly description: string };

const LIMITS: Readonly<Record<string, number>> = { code: 4096, error: 256, state: 512, iss: 1024 };

/**
 * Reads a callback's query and fails closed: nothing twice (RFC 6749 §3.1), no blank `code`, `state`,
 * `error` or `iss`, either a code or an error, the state that was sent, and the right issuer where
 * one is named (RFC 9207 §2.4). Unknown single parameters are ignored.
 * @throws ConnectorError `callback_refused`
 */
export function readCallback(
  parameters: URLSearchParams,
  expected: { readonly state: string; readonly issuer: string | null },
): CallbackAnswer {
  const names = [...parameters.keys()];
  if (new Set(names).size < names.length) throw refused('a parameter came twice');
  for (const [name, limit] of Object.entries(LIMITS)) {
    const value = parameters.get(name);
    if (value !== null && (value.trim() === '' || value.length > limit)) throw refused(`${name} is blank or too long`);
  }
  const state = parameters.get('state');
  if (state === null) throw refused('state is missing');
  if (!sameText(state, expected.state)) throw refused('state is not the one that was sent');
  const issuer = parameters.get('iss');
  if (issuer !== null && expected.issuer !== null && issuer !== expected.issuer)
    throw refused('iss names another issuer');
  const code = parameters.get('code');
  const error = parameters.get('error');
  if (code !== null && error !== null) throw refused('code and error came together');
  if (error !== null) return { type: 'error', error, description: parameters.get('error_description') ?? '' };
  if (code !== null) return { type: 'code', code };
  throw refused('neither code nor error came');
}

/** Errors that are about how the operator registered or configured Beckon at the provider, and what to look at. */
const OPERATORS: Readonly<Record<string, string>> = {
  unauthorized_client: 'the provider has not approved this client',
  invalid_client: 'see client_id',
  insufficient_scope: 'the provider has not approved the app for a scope: see scope',
  invalid_scope: 'see scope',
  unsupported_response_type: 'the client may not use the authorization code',
  invalid_request: 'a parameter is not accepted: see the options, and the redirect URI at the provider',
  invalid_request_uri: 'the pushed request is over, or not known',
  invalid_request_object: 'see the signing key and its registration',
  request_not_supported: 'it takes no request objects',
  registration_not_supported: 'see client_id',
};
const PASSING = new Set(['server_error', 'temporarily_unavailable']);

/**
 * What an authorization endpoint's error is that no person caused. The log names it where it is a
 * registered one (RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6, RFC 9101 §7), and says what to look at.
 * @param provider its name, for the operator's log
 */
export function authorizeFailure(provider: string, error: string): ConnectorError {
  const hint = Object.hasOwn(OPERATORS, error) ? OPERATORS[error] : undefined;
  if (hint !== undefined) return unavailable(`${provider}: authorize answered ${error}: ${hint}`);
  if (PASSING.has(error)) return unavailable(`${provider}: authorize answered ${error}`);
  return unavailable(`${provider}: authorize answered with an error that is no refusal of the person's`);
}

function refused(detail: string): ConnectorError {
  return new ConnectorError('callback_refused', 'the answer of the identity provider was not accepted', detail);
}
