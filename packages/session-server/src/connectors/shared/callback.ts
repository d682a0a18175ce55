import { sameText } from '../../secrets/index.ts';
import { ConnectorError } from '../connector.ts';

/** What an authorization response says (RFC 6749 §4.1.2), once everything about its form is right. */
export type CallbackAnswer =
  | { readonly type: 'code'; readonly code: string }
  /** `error` is as it came: compare it, show it to nobody. */
  | { readonly type: 'error'; readonly error: string };

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
  if (error !== null) return { type: 'error', error };
  if (code !== null) return { type: 'code', code };
  throw refused('neither code nor error came');
}

function refused(detail: string): ConnectorError {
  return new ConnectorError('callback_refused', 'the answer of the identity provider was not accepted', detail);
}
