import { allowedClaims, type AuthorizationRequest, type Client, type ClientDirectory } from '../session/index.ts';
import { acrOf, type Candidate, CHECKS, LIMITS, isPostable, responseModeOf, words } from './authorization-checks.ts';
import { NO_CLAIMS, readClaims } from './claims-parameter.ts';
import { ENCRYPTED_HINT, isEncrypted } from './encrypt.ts';
import { type HintDependencies, readIdTokenHint } from './id-token-hint.ts';
import { OAuthError } from './oauth-error.ts';
import type { Params } from './params.ts';
import { sectorOf, type Sectors } from './sectors.ts';
import { grantable, scopeTokens } from './scope.ts';

export type CheckedRequest =
  | { readonly ok: true; readonly client: Client; readonly request: AuthorizationRequest }
  | {
      readonly ok: false;
      readonly error: OAuthError;
      /** Where the client hears of it; null when the redirect URI cannot be trusted. */
      readonly tell: Told | null;
    };

/** The client, and how it is told. */
export interface Told extends Pick<AuthorizationRequest, 'redirect_uri' | 'state' | 'response_mode'> {
  readonly client: Client;
}

/** What the checks ask. */
export interface CheckDependencies extends Asked, HintDependencies {
  readonly clients: ClientDirectory;
  readonly sectors: Sectors;
}
type Asked = Pick<Candidate, 'isOffered' | 'reauthenticates' | 'reaches'>;

/** Holds an authorization request against every check, for each way in which one can arrive. */
export async function checkRequest(
  params: Params,
  via: Candidate['via'],
  deps: CheckDependencies,
): Promise<CheckedRequest> {
  const { clients, sectors, isOffered, reauthenticates, reaches } = deps;
  const client_id = params.values.get('client_id') ?? '';
  const client = await clients.find(client_id);
  const isDisabled = client === null && (await clients.registered(client_id)) !== null;
  const candidate = { params, via, isDisabled, isOffered, reauthenticates, reaches };
  for (const check of CHECKS) {
    const refusal =
      check.tells === 'page'
        ? check.refuse({ ...candidate, client })
        : client && check.refuse({ ...candidate, client });
    if (refusal === null) continue;
    const error = new OAuthError(refusal.error, refusal.description);
    return { ok: false, error, tell: check.tells === 'client' && client !== null ? whereTo(params, client) : null };
  }
  // The table refuses a request without these: saying so again costs less than a cast.
  const redirect_uri = params.values.get('redirect_uri');
  if (client === null || redirect_uri === undefined) throw new Error('the checks let an unknown client pass');
  if (!(await sectors.isOwn(client))) {
    const error = new OAuthError(
      'temporarily_unavailable',
      'the document at sector_identifier_uri could not be had, or does not list every redirect URI of this client',
    );
    return { ok: false, error, tell: whereTo(params, client) };
  }
  const expected = await expectedOf(params, client, deps);
  if ('error' in expected) return { ok: false, error: expected.error, tell: whereTo(params, client) };
  return { ok: true, client, request: { ...requestOf(params, client, redirect_uri), ...expected } };
}

/** Who must sign in: the person of the `id_token_hint`, or whose `sub` the claims name. */
async function expectedOf(
  { values }: Params,
  client: Client,
  deps: HintDependencies,
): Promise<Pick<AuthorizationRequest, 'expects'> | { readonly error: OAuthError }> {
  const { subs } = askedOf(values.get('claims'));
  const text = values.get('id_token_hint');
  if (text === undefined && subs === null) return {};
  const sector = client.subject_type === 'pairwise' ? sectorOf(client) : null;
  if (text === undefined) return { expects: { subs: subs ?? [], sector } };
  const hint = await readIdTokenHint(deps, text);
  if (hint === null || hint.client_id !== client.client_id) {
    const mistake = isEncrypted(text) ? ENCRYPTED_HINT : 'is no id_token that this server issued to this client';
    return { error: new OAuthError('invalid_request', `id_token_hint: ${mistake}`) };
  }
  if (subs !== null && !subs.includes(hint.sub)) {
    return { error: new OAuthError('invalid_request', 'claims: sub: is not the person of the id_token_hint') };
  }
  return { expects: { subs: [hint.sub], sector } };
}

/** The table refuses what cannot be read. */
function askedOf(text: string | undefined): typeof NO_CLAIMS {
  const read = readClaims(text);
  return read.ok ? read.asked : NO_CLAIMS;
}

/** Claims are asked for one by one where tokens can carry them: with `openid`. */
function claimsOf(params: Params, scope: readonly string[], client: Client): Pick<AuthorizationRequest, 'claims'> {
  const asked = askedOf(params.values.get('claims'));
  if (!scope.includes('openid') || asked.userinfo.length + asked.id_token.length === 0) return {};
  const claims = allowedClaims(asked, scope, client);
  return claims.userinfo.length + claims.id_token.length === 0 ? {} : { claims };
}

function requestOf(params: Params, client: Client, redirect_uri: string): AuthorizationRequest {
  const { values } = params;
  const max_age = values.get('max_age');
  const asked = scopeTokens(values.get('scope') ?? '');
  const scope = grantable(asked, client);
  const { acr_values, acr_essential } = acrOf(params);
  return {
    client_id: client.client_id,
    redirect_uri,
    response_mode: responseModeOf(params) ?? 'query',
    scope,
    ...(asked.length > scope.length ? { asked_scope: asked } : {}),
    state: values.get('state') ?? null,
    nonce: values.get('nonce') ?? null,
    code_challenge: values.get('code_challenge') ?? null,
    prompt: words(values.get('prompt')) as AuthorizationRequest['prompt'],
    max_age: max_age === undefined ? null : Number(max_age),
    linking: values.has('id_token_hint'),
    login_hint: values.get('login_hint') ?? null,
    ui_locales: words(values.get('ui_locales')),
    acr_values,
    ...(acr_essential ? { acr_essential } : {}),
    ...claimsOf(params, scope, client),
    // Only PAR authenticates the client.
    client_authenticated: false,
    connector: values.get('connector') ?? null,
  };
}

/**
 * A `state` over its limit is not sent back: the redirect would outgrow what servers read of a URL. A response mode
 * that is not ours, or that the redirect URI cannot have, is the usual one.
 */
function whereTo(params: Params, client: Client): Told {
  const { values } = params;
  const state = values.get('state') ?? null;
  const fits = state !== null && state.length <= (LIMITS['state'] ?? 0);
  const redirect_uri = values.get('redirect_uri') ?? '';
  const response_mode = (isPostable(redirect_uri) ? responseModeOf(params) : null) ?? 'query';
  return { client, redirect_uri, response_mode, state: fits ? state : null };
}
