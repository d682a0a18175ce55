import express, { type Request, type Response, type Router } from 'express';
import { onlyMethods } from '../http/answer.ts';
import { html, sendPage } from '../http/html.ts';
import type { PartContext } from '../part.ts';
import type { Person } from '../people.ts';
import type { Authorization, Records } from './records.ts';
import type { OpenIdSettings } from './settings.ts';

const form = express.urlencoded({ extended: false, limit: '8kb' });

/** The page on which a person says who they are, and yes or no. Works without script. */
export function mountAuthorize(router: Router, context: PartContext, settings: OpenIdSettings, records: Records): void {
  const { name, mount, paths, client } = settings;
  const cookie = `${mount.slice(1)}_session`;

  router
    .route(paths.authorize)
    .get((req, res) => {
      const query = new URL(req.originalUrl, context.base).searchParams;
      const problem = clientProblem(query);
      if (problem !== null) {
        refusalPage(res, problem);
        return;
      }
      const authorization = authorizationOf(query);
      const error = requestProblem(query);
      if (error !== null) {
        back(res, authorization, { error });
        return;
      }
      consentPage(res, records.begin(authorization), authorization, records.signedIn(cookieOf(req)));
    })
    /** `{ transaction, decision: approve | decline, person }` */
    .post(form, (req, res) => {
      const id = field(req, 'transaction');
      const authorization = records.transaction(id);
      const person = context.people.find((each) => each.id === field(req, 'person'));
      const approved = field(req, 'decision') === 'approve';
      if (authorization === null || (approved && person === undefined) || !records.end(id)) {
        refusalPage(res, 'This request is over. Start again where you came from.');
        return;
      }
      if (!approved || person === undefined) {
        back(res, authorization, { error: 'access_denied' });
        return;
      }
      res.cookie(cookie, records.signIn(person), { httpOnly: true, sameSite: 'lax', path: mount });
      back(res, authorization, { code: records.code(authorization, person) });
    })
    .all(onlyMethods('GET', 'POST'));

  /** OpenID Connect RP-Initiated Logout 1.0. */
  router
    .route(paths.end_session)
    .get((req, res) => {
      const query = new URL(req.originalUrl, context.base).searchParams;
      records.signOut(cookieOf(req));
      res.clearCookie(cookie, { httpOnly: true, sameSite: 'lax', path: mount });
      const url = returnUrl(query.get('post_logout_redirect_uri') ?? '');
      if (url === null || query.get('client_id') !== client.id) {
        sendPage(res, { title: 'Signed out', provider: name, body: html`<h1>You are signed out of ${name}</h1>` });
        return;
      }
      const state = query.get('state');
      if (state !== null) url.searchParams.set('state', state);
      res.redirect(303, url.href);
    })
    .all(onlyMethods('GET'));

  /** What may not be answered by a redirect: it is not known yet whose address it is. */
  function clientProblem(query: URLSearchParams): string | null {
    const names = [...query.keys()];
    if (new Set(names).size < names.length) return 'A parameter was sent twice.';
    if (query.get('client_id') !== client.id) return 'There is no such client.';
    const redirect = query.get('redirect_uri') ?? '';
    const registered = redirect.startsWith(`${context.beckon.issuer}/callback/`) && URL.canParse(redirect);
    return registered ? null : 'The redirect URI is not registered for this client.';
  }

  function requestProblem(query: URLSearchParams): string | null {
    if (query.get('response_type') !== 'code') return 'unsupported_response_type';
    const scope = (query.get('scope') ?? '').split(' ');
    if (!scope.includes('openid') || scope.some((each) => !settings.scopes.includes(each))) return 'invalid_scope';
    const pkce = /^[\w-]{43}$/.test(query.get('code_challenge') ?? '') && query.get('code_challenge_method') === 'S256';
    if (!pkce) return 'invalid_request';
    return query.get('prompt') === 'none' ? 'interaction_required' : null;
  }

  function consentPage(res: Response, id: string, { scope, loginHint }: Authorization, known: Person | null): void {
    const hinted = context.people.find(({ claims }) => loginHint !== null && claims['email'] === loginHint);
    const first = hinted ?? known ?? context.people[0];
    sendPage(res, {
      title: `Sign in with ${name}`,
      provider: name,
      body: html`<h1>Sign in with ${name}</h1>
        <p>${new URL(context.beckon.issuer).host} asks for: ${scope.join(', ')}</p>
        <form method="post" action="${mount}${paths.authorize}">
          <input type="hidden" name="transaction" value="${id}" />
          <fieldset>
            <legend>Whose passkey?</legend>
            ${context.people.map(
              (person) =>
                html`<label class="choice"
                  ><input type="radio" name="person" value="${person.id}" ${person === first ? html`checked` : null} />
                  ${nameOf(person)}</label
                >`,
            )}
          </fieldset>
          <div class="pair">
            <button name="decision" value="decline">Decline</button>
            <button class="main" name="decision" value="approve">Approve</button>
          </div>
        </form>`,
    });
  }

  function refusalPage(res: Response, problem: string): void {
    sendPage(res, {
      status: 400,
      title: 'Request refused',
      provider: name,
      body: html`<h1>Request refused</h1>
        <p class="error" role="alert">${problem}</p>`,
    });
  }

  function back(
    res: Response,
    { redirectUri, state }: Authorization,
    result: { readonly code: string } | { readonly error: string },
  ): void {
    const url = new URL(redirectUri);
    for (const [key, value] of Object.entries(result)) url.searchParams.set(key, value);
    if (state !== null) url.searchParams.set('state', state);
    if (settings.sends_iss) url.searchParams.set('iss', settings.issuer);
    res.redirect(303, url.href);
  }

  function returnUrl(text: string): URL | null {
    const own = [context.beckon.issuer, ...(context.beckon.shop === null ? [] : [context.beckon.shop])];
    return own.map((url) => new URL(url).origin).includes(URL.parse(text)?.origin ?? '') ? new URL(text) : null;
  }

  /** RFC 6265 §5.4; empty when there is none. */
  function cookieOf(req: Request): string {
    const pairs = (req.headers.cookie ?? '').split(';').map((pair) => pair.trim());
    return pairs.find((pair) => pair.startsWith(`${cookie}=`))?.slice(cookie.length + 1) ?? '';
  }
}

function authorizationOf(query: URLSearchParams): Authorization {
  return {
    redirectUri: query.get('redirect_uri') ?? '',
    scope: (query.get('scope') ?? '').split(' '),
    state: query.get('state'),
    nonce: query.get('nonce'),
    challenge: query.get('code_challenge') ?? '',
    loginHint: query.get('login_hint'),
  };
}

function nameOf({ id, claims }: Person): string {
  return typeof claims['name'] === 'string' ? claims['name'] : id;
}

function field(req: Request, name: string): string {
  const body: unknown = req.body;
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
  return typeof value === 'string' ? value : '';
}
