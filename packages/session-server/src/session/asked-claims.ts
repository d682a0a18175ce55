import type { ConnectorId } from '@beckon/protocol';
import type { AskedClaim, AuthorizationRequest, ClaimsRequest } from './authorization-request.ts';
import type { Client } from './client.ts';
import { claimsOf } from './scope-claims.ts';

type Asks = Pick<AuthorizationRequest, 'scope' | 'claims'>;

/** What of the claims that are asked for one by one a client may be given, by the scopes that it is registered for. */
export function allowedClaims(
  asked: Pick<ClaimsRequest, 'userinfo' | 'id_token'>,
  scope: readonly string[],
  client: Pick<Client, 'scope' | 'connectors'>,
): ClaimsRequest {
  const covering = client.scope.map((each) => ({
    scope: each,
    claims: claimsOf(each, client.connectors.includes(each) ? each : null),
  }));
  const covers = (name: string): boolean => name !== 'sub' && covering.some(({ claims }) => claims.includes(name));
  const userinfo = asked.userinfo.filter(({ name }) => covers(name) || AUTHENTICATION.has(name));
  const id_token = asked.id_token.filter(({ name }) => covers(name));
  const names = new Set([...userinfo, ...id_token].map(({ name }) => name));
  const more = covering.filter((each) => !scope.includes(each.scope) && each.claims.some((name) => names.has(name)));
  return { userinfo, id_token, scope: more.map((each) => each.scope) };
}

/** How the person proved who they are: in the id_token unasked, and in userinfo where it is asked for. */
const AUTHENTICATION: ReadonlySet<string> = new Set(['acr', 'amr', 'auth_time']);

/** The scope that a person is asked for: of what covers single claims, too. */
export function askedScope({ scope, claims }: Asks): readonly string[] {
  return claims === undefined || claims.scope.length === 0 ? scope : [...scope, ...claims.scope];
}

/** The same with the claims that each stands for: of a scope that is there for single claims, only those. */
export function askedClaims(
  { scope, claims }: Asks,
  connector: ConnectorId,
): readonly { readonly scope: string; readonly claims: readonly string[] }[] {
  const whole = scope.map((each) => ({ scope: each, claims: claimsOf(each, connector) }));
  const single = (claims?.scope ?? []).map((each) => ({
    scope: each,
    claims: claimsOf(each, connector).filter((name) => isAsked(claims, name)),
  }));
  return [...whole, ...single.filter((each) => each.claims.length > 0)];
}

/** The standard claims that a provider is asked for within `scope`, as it was capped. Missing where that is all of them. */
export function singleClaims(request: Asks, scope: readonly string[]): { readonly claims?: readonly string[] } {
  if (request.claims === undefined) return {};
  const within = (each: readonly string[]): readonly string[] => each.filter((token) => scope.includes(token));
  const { scope: whole, claims } = request;
  const capped = { scope: within(whole), claims: { ...claims, scope: within(claims.scope) } };
  return { claims: askedClaims(capped, '').flatMap((each) => each.claims) };
}

/**
 * The names of the claims that a person agreed to give.
 * @param scope what they granted of the scope, @param single and of the scopes that cover single claims
 */
export function agreedClaims(
  { claims }: Asks,
  scope: readonly string[],
  single: readonly string[],
  connector: ConnectorId,
): ReadonlySet<string> {
  const whole = scope.flatMap((each) => claimsOf(each, connector));
  const some = single.flatMap((each) => claimsOf(each, connector)).filter((name) => isAsked(claims, name));
  return new Set([...whole, ...some]);
}

function isAsked(claims: ClaimsRequest | undefined, name: string): boolean {
  const isIt = (each: AskedClaim): boolean => each.name === name;
  return claims !== undefined && (claims.userinfo.some(isIt) || claims.id_token.some(isIt));
}
