import type { AuthorizationRequest, Client } from '../session/index.ts';
import { DISABLED } from './client-authentication.ts';
import { readClaims } from './claims-parameter.ts';
import type { OAuthErrorCode } from './oauth-error.ts';
import { doubledText, malformedText, type Params } from './params.ts';
import { isRegistered } from './redirect-uri.ts';
import { grantable, isScope, scopeTokens } from './scope.ts';

/** An authorization request before it has been checked. */
export interface Candidate {
  readonly params: Params;
  /** The client that `client_id` names. */
  readonly client: Client | null;
  /** Whether there is one that the operator has disabled. */
  readonly isDisabled: boolean;
  /** Pushed by the client's backend (RFC 9126), or carried by the browser. */
  readonly via: 'push' | 'browser';
  /** Whether a client offers a connector, after all that it requires. */
  readonly isOffered: IsOffered;
  /** Whether people who sign in by this connector can be made to authenticate anew. */
  readonly reauthenticates: (connector_id: string) => boolean;
  /** Whether people who sign in by this connector may reach one of these `acr` values. */
  readonly reaches: (connector_id: string, acr_values: readonly string[]) => boolean;
}
export type IsOffered = (client: Client, connector: string) => boolean;

export interface Refusal {
  readonly error: OAuthErrorCode;
  readonly description: string;
}
type Known = Candidate & { readonly client: Client };

/**
 * `tells: 'page'`: who asks is not established, so nothing is ever sent to the redirect URI (RFC 6749
 * §4.1.2.1). `tells: 'client'`: the redirect URI is the client's own and hears of it.
 */
export type Check = { readonly name: string; readonly source: string } & (
  | { readonly tells: 'page'; readonly refuse: (request: Candidate) => Refusal | null }
  | { readonly tells: 'client'; readonly refuse: (request: Known) => Refusal | null }
);

/** Every check of an authorization request, in order; the first that refuses decides. */
export const CHECKS: readonly Check[] = [
  { tells: 'page', name: 'encoding', source: 'RFC 6749 App. B', refuse: encoding },
  { tells: 'page', name: 'client and redirect URI once', source: 'RFC 6749 §3.1', refuse: identityOnce },
  { tells: 'page', name: 'client', source: 'RFC 6749 §4.1.2.1', refuse: client },
  { tells: 'page', name: 'redirect URI', source: 'RFC 9700 §2.1', refuse: redirectUri },
  { tells: 'client', name: 'every parameter once', source: 'RFC 6749 §3.1', refuse: once },
  { tells: 'client', name: 'length', source: 'LIMITS', refuse: length },
  { tells: 'client', name: 'characters', source: 'RFC 6749 App. A', refuse: characters },
  { tells: 'client', name: 'request object', source: 'OIDC Core §6.1', refuse: requestObject },
  { tells: 'client', name: 'request_uri', source: 'OIDC Core §6.2, RFC 9126 §2.1', refuse: requestUri },
  { tells: 'client', name: 'registration', source: 'OIDC Core §7.2.1', refuse: registration },
  { tells: 'client', name: 'pushed where required', source: 'RFC 9126 §6', refuse: pushedWhereRequired },
  { tells: 'client', name: 'response_type', source: 'RFC 6749 §3.1.1', refuse: responseType },
  { tells: 'client', name: 'response_mode', source: 'OAuth 2.0 Multiple Response Types §2.1', refuse: responseMode },
  { tells: 'client', name: 'scope', source: 'RFC 6749 §3.3', refuse: scope },
  { tells: 'client', name: 'code_challenge_method', source: 'RFC 7636 §4.3', refuse: challengeMethod },
  { tells: 'client', name: 'code_challenge', source: 'RFC 7636 §4.2', refuse: challenge },
  { tells: 'client', name: 'PKCE, or openid with nonce', source: 'RFC 9700 §2.1.1', refuse: injection },
  { tells: 'client', name: 'prompt', source: 'OIDC Core §3.1.2.1, Prompt Create 1.0', refuse: prompt },
  { tells: 'client', name: 'prompt=none', source: 'OIDC Core §3.1.2.6', refuse: promptNone },
  { tells: 'client', name: 'max_age', source: 'OIDC Core §3.1.2.1', refuse: maxAge },
  { tells: 'client', name: 'connector', source: 'contract', refuse: connector },
  { tells: 'client', name: 'prompt=login', source: 'OIDC Core §3.1.2.1', refuse: promptLogin },
  { tells: 'client', name: 'claims', source: 'OIDC Core §5.5', refuse: claims },
  { tells: 'client', name: 'acr', source: 'OIDC Core §5.5.1.1, Unmet Authentication Requirements 1.0', refuse: acr },
];

/** The longest value of each parameter that is kept or read, in characters. */
export const LIMITS: Readonly<Record<string, number>> = {
  state: 2048,
  scope: 1024,
  nonce: 512,
  acr_values: 512,
  ui_locales: 512,
  login_hint: 256,
  code_challenge: 128,
  prompt: 128,
  connector: 64,
};

export const PROMPTS = ['none', 'login', 'consent', 'select_account', 'create'] as const;

/** OAuth 2.0 Multiple Response Types §2.1, and OAuth 2.0 Form Post Response Mode §2. */
export const RESPONSE_MODES: readonly AuthorizationRequest['response_mode'][] = ['query', 'form_post'];

/** Null where it is none of ours. */
export function responseModeOf({ values }: Params): AuthorizationRequest['response_mode'] | null {
  const asked = values.get('response_mode') ?? 'query';
  return RESPONSE_MODES.find((mode) => mode === asked) ?? null;
}

/** Whether a browser can post a form there: to an app's own scheme it cannot. */
export function isPostable(redirect_uri: string): boolean {
  return /^https?:\/\//i.test(redirect_uri);
}

/** RFC 9126 §2.2: what we call pushed requests. */
export const REQUEST_URI_PREFIX = 'urn:ietf:params:oauth:request_uri:';

function encoding({ params }: Candidate): Refusal | null {
  return params.malformed.size > 0 ? no('invalid_request', malformedText(params.malformed)) : null;
}

function identityOnce({ params }: Candidate): Refusal | null {
  const names = new Set(['client_id', 'redirect_uri'].filter((name) => params.doubled.has(name)));
  return names.size > 0 ? no('invalid_request', doubledText(names)) : null;
}

function client({ params, client: found, isDisabled }: Candidate): Refusal | null {
  if (!params.values.has('client_id')) return no('invalid_request', 'client_id: is missing');
  if (isDisabled) return no('unauthorized_client', DISABLED);
  return found === null ? no('invalid_request', 'client_id: no such client is registered here') : null;
}

function redirectUri({ params, client: found }: Candidate): Refusal | null {
  const uri = params.values.get('redirect_uri');
  if (uri === undefined) return no('invalid_request', 'redirect_uri: is missing');
  if (found !== null && isRegistered(found, uri)) return null;
  return no(
    'invalid_request',
    'redirect_uri: not one that is registered for this client; they are compared character by character',
  );
}

function once({ params }: Known): Refusal | null {
  return params.doubled.size > 0 ? no('invalid_request', doubledText(params.doubled)) : null;
}

function length({ params }: Known): Refusal | null {
  const long = Object.entries(LIMITS).find(([name, most]) => (params.values.get(name)?.length ?? 0) > most);
  return long === undefined ? null : no('invalid_request', `${long[0]}: is longer than ${long[1]} characters`);
}

function characters({ params }: Known): Refusal | null {
  // eslint-disable-next-line no-control-regex -- control characters are what this looks for
  const bad = Object.keys(LIMITS).find((name) => /[\x00-\x1f\x7f]/.test(params.values.get(name) ?? ''));
  return bad === undefined ? null : no('invalid_request', `${bad}: contains a control character`);
}

function requestObject({ params }: Known): Refusal | null {
  if (!params.values.has('request')) return null;
  return no('request_not_supported', 'request: request objects are not supported here; push the parameters instead');
}

function requestUri({ params, via }: Known): Refusal | null {
  if (!params.values.has('request_uri')) return null;
  return via === 'push'
    ? no('invalid_request', 'request_uri: cannot be pushed')
    : no(
        'request_uri_not_supported',
        'request_uri: only one from the pushed authorization request endpoint is accepted',
      );
}

function registration({ params }: Known): Refusal | null {
  if (!params.values.has('registration')) return null;
  return no('registration_not_supported', 'registration: clients do not register themselves here');
}

function pushedWhereRequired({ via, client: { require_pushed_authorization_requests } }: Known): Refusal | null {
  if (via === 'push' || !require_pushed_authorization_requests) return null;
  return no('invalid_request', 'this client must push its authorization requests and come with the request_uri');
}

function responseType({ params }: Known): Refusal | null {
  const type = params.values.get('response_type');
  if (type === undefined) return no('invalid_request', 'response_type: is missing; it must be code');
  return type === 'code' ? null : no('unsupported_response_type', 'response_type: must be code');
}

function responseMode({ params }: Known): Refusal | null {
  const mode = responseModeOf(params);
  if (mode === null)
    return no('invalid_request', 'response_mode: must be query, which is also the default, or form_post');
  if (mode === 'query' || isPostable(params.values.get('redirect_uri') ?? '')) return null;
  return no(
    'invalid_request',
    'response_mode: form_post is for https and http redirect URIs; an app has none to post to',
  );
}

function scope({ params, client: known }: Known): Refusal | null {
  const text = params.values.get('scope');
  if (text === undefined) return no('invalid_scope', 'scope: is missing; openid asks for a sign-in');
  if (!isScope(text)) return no('invalid_scope', 'scope: contains a character that no scope may have');
  if (grantable(scopeTokens(text), known).length > 0) return null;
  return no('invalid_scope', 'scope: none of these is registered for this client');
}

function challengeMethod({ params }: Known): Refusal | null {
  const method = params.values.get('code_challenge_method');
  if (method === undefined) {
    return params.values.has('code_challenge')
      ? no('invalid_request', 'code_challenge_method: is missing, which means plain; it must be S256')
      : null;
  }
  if (method !== 'S256') return no('invalid_request', 'code_challenge_method: must be S256');
  return params.values.has('code_challenge') ? null : no('invalid_request', 'code_challenge: is missing');
}

function challenge({ params }: Known): Refusal | null {
  const text = params.values.get('code_challenge');
  if (text === undefined || /^[\w-]{43}$/.test(text)) return null;
  return no('invalid_request', 'code_challenge: must be 43 characters of base64url, the SHA-256 of the code_verifier');
}

/** What keeps a stolen code from being injected into another sign-in: PKCE, or the nonce where the client may do without. */
function injection({ params, client: known }: Known): Refusal | null {
  if (params.values.has('code_challenge')) return null;
  if (known.require_pkce) return no('invalid_request', 'code_challenge: is missing; PKCE with S256 is required');
  const openid = (params.values.get('scope') ?? '').split(' ').includes('openid');
  if (openid && known.scope.includes('openid') && params.values.has('nonce')) return null;
  return no('invalid_request', 'without a code_challenge, scope must contain openid and nonce must be sent');
}

function prompt({ params }: Known): Refusal | null {
  const asked = words(params.values.get('prompt'));
  if (asked.some((value) => !(PROMPTS as readonly string[]).includes(value))) {
    return no('invalid_request', `prompt: must be of ${PROMPTS.join(', ')}`);
  }
  return asked.includes('none') && asked.length > 1
    ? no('invalid_request', 'prompt: none cannot be combined with another value')
    : null;
}

/** No browser is ever signed in here already: each sign-in asks the identity app. */
function promptNone({ params }: Known): Refusal | null {
  if (!words(params.values.get('prompt')).includes('none')) return null;
  return no('login_required', 'prompt=none cannot succeed: every sign-in asks the person');
}

function maxAge({ params }: Known): Refusal | null {
  const text = params.values.get('max_age');
  if (text === undefined || /^\d{1,9}$/.test(text)) return null;
  return no('invalid_request', 'max_age: must be a whole number of seconds');
}

function connector({ params, client: known, isOffered }: Known): Refusal | null {
  const id = params.values.get('connector');
  if (id === undefined || isOffered(known, id)) return null;
  return no('invalid_request', 'connector: not one that this client offers');
}

/** `max_age=0` means the same. */
function promptLogin({ params, client: known, reauthenticates }: Known): Refusal | null {
  if (!wantsReauthentication(params) || candidates(params, known).some((id) => reauthenticates(id))) return null;
  return no('login_required', 'prompt=login, max_age=0: no identity app of this sign-in can be asked to do that');
}

function wantsReauthentication({ values }: Params): boolean {
  return words(values.get('prompt')).includes('login') || Number(values.get('max_age')) === 0;
}

/** The connectors that this request leaves to choose from, before what they must be able to do. */
function candidates({ values }: Params, { connectors }: Client): readonly string[] {
  const chosen = values.get('connector');
  return chosen === undefined ? connectors : [chosen];
}

function claims({ params }: Known): Refusal | null {
  const read = readClaims(params.values.get('claims'));
  return read.ok ? null : no('invalid_request', read.problem);
}

/**
 * Before the person starts: what no app of the sign-in can reach would fail after they have scanned. A list that one of
 * them can reach is a wish, or is held against the answer where it is essential.
 */
function acr({ params, client: known, isOffered, reauthenticates, reaches }: Known): Refusal | null {
  const { acr_values } = acrOf(params);
  if (acr_values.length === 0) return null;
  const mustReauthenticate = wantsReauthentication(params);
  const able = candidates(params, known).filter((id) => !mustReauthenticate || reauthenticates(id));
  if (able.some((id) => isOffered(known, id) && reaches(id, acr_values))) return null;
  return no(
    'unmet_authentication_requirements',
    'acr_values, claims: no identity app of this sign-in reaches one of these acr values',
  );
}

/** How sure the website wants to be: an essential claim `acr` decides, else both lists are one (OpenID Connect Core §5.5.1.1). */
export function acrOf({ values }: Params): { readonly acr_values: readonly string[]; readonly acr_essential: boolean } {
  const read = readClaims(values.get('claims'));
  const claim = read.ok ? read.asked.acr : null;
  if (claim?.essential === true) return { acr_values: claim.values, acr_essential: true };
  const listed = words(values.get('acr_values'));
  return { acr_values: [...new Set([...listed, ...(claim?.values ?? [])])], acr_essential: false };
}

function no(error: OAuthErrorCode, description: string): Refusal {
  return { error, description };
}

/** The words of a space-separated list, each once. */
export function words(text: string | undefined): readonly string[] {
  return [...new Set((text ?? '').split(' ').filter((word) => word !== ''))];
}
