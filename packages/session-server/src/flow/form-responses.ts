import type { DerivedTokens } from '../secrets/index.ts';
import { responseParameters } from './authorization-response.ts';
import type { BrowserPort } from './browser-port.ts';
import { FlowError } from './flow-error.ts';
import { refusal } from './refusal.ts';
import type { SessionRows } from './session-rows.ts';
import { endOf } from './snapshot.ts';

/** What the page posts whose address was `redirect_to`: a code once, and what became of any other sign-in. */
export function createFormResponses({
  issuer,
  rows,
  tokens,
}: {
  readonly issuer: string;
  readonly rows: Pick<SessionRows, 'find' | 'apply'>;
  readonly tokens: DerivedTokens;
}): BrowserPort['respond'] {
  return async (handle) => {
    const token = tokens.read('rp', handle);
    const found = token === null ? null : await rows.find(token.id);
    if (token === null || found === null) throw new FlowError('session_not_found', 'there is no such sign-in');
    const { id, n } = token;
    const { ok, session } = await rows.apply(id, { type: 'deliver', n });
    const delivered = ok && session.status === 'confirmed' ? session.code : null;
    const outcome = delivered === null ? endOf(session) : { code: tokens.make('ac', { id, n: delivered.n }) };
    if (outcome === null) throw refusal('invalid_transition');
    const { request, client_name } = session;
    const parameters = responseParameters(request, issuer, outcome);
    return { client_name, response: { redirect_uri: request.redirect_uri, parameters } };
  };
}
