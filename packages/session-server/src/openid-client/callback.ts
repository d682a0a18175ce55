import * as oauth from 'oauth4webapi';
import { type ConnectorError, unavailable } from '../connectors/connector.ts';
import { refused } from './failures.ts';

/** What an authorization response says (RFC 6749 §4.1.2), once everything about its form is right. */
export type CallbackAnswer =
  | { readonly type: 'code'; readonly code: string }
  /** `error` and `description` are as they came: compare them, and never show them. */
  | { readonly type: 'error'; readonly error: string; readonly description: string };

/** Of an authorization response we use these, each of which may be so long, in characters. */
const LIMITS: Readonly<Record<string, number>> = { code: 4096, error: 256, state: 512, iss: 1024 };

/**
 * Reads a callback's query and fails closed. State and issuer are the library's to compare; before that nothing
 * comes twice (RFC 6749 §3.1), no blank `code`, `state`, `error` or `iss`, and either a code or an error.
 * Unknown single parameters are ignored.
 * @param expected `issuer` null: the provider does not name it
 * @throws ConnectorError `callback_refused`
 */
export function readCallback(
  parameters: URLSearchParams,
  expected: { readonly state: string; readonly issuer: string | null },
): CallbackAnswer {
  const names = [...parameters.keys()];
  if (new Set(names).size < names.length) throw refused('a parameter came twice');
  const said = new URLSearchParams();
  for (const [name, limit] of Object.entries(LIMITS)) {
    const value = parameters.get(name);
    if (value === null) continue;
    if (value.trim() === '' || value.length > limit) throw refused(`${name} is blank or too long`);
    if (name !== 'iss' || expected.issuer !== null) said.set(name, value);
  }
  const [code, error] = [said.get('code'), said.get('error')];
  if (code !== null && error !== null) throw refused('code and error came together');
  if (code === null && error === null) throw refused('neither code nor error came');
  try {
    const server = { issuer: expected.issuer ?? 'unnamed' };
    // Of the client it uses nothing.
    oauth.validateAuthResponse(server, { client_id: 'beckon' }, said, expected.state);
  } catch (cause) {
    if (cause instanceof oauth.AuthorizationResponseError)
      return { type: 'error', error: cause.error, description: parameters.get('error_description') ?? '' };
    const iss = said.get('iss');
    throw refused(
      iss === null || iss === expected.issuer ? 'state is not the one that was sent' : 'iss names another issuer',
    );
  }
  return { type: 'code', code: code ?? '' };
}

/** Errors that are about how the operator registered or configured Beckon at the provider, and what to look at. */
const OPERATORS: Readonly<Record<string, string>> = {
  unauthorized_client: 'the provider has not approved this client',
  invalid_client: 'see clientId',
  insufficient_scope: 'the provider has not approved the app for a scope: see scope',
  invalid_scope: 'see scope',
  unsupported_response_type: 'the client may not use the authorization code',
  invalid_request: 'a parameter is not accepted: see the options, and the redirect URI at the provider',
  invalid_request_uri: 'the pushed request is over, or not known',
  invalid_request_object: 'see the signing key and its registration',
  request_not_supported: 'it takes no request objects',
  registration_not_supported: 'see clientId',
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
