import { createHash, timingSafeEqual } from 'node:crypto';
import express, { type Request, type Router } from 'express';
import { onlyMethods } from '../http/answer.ts';
import { html, sendPage } from '../http/html.ts';
import type { PartContext } from '../part.ts';
import { CLIENT } from './client.ts';
import { cookieOf, SESSION_COOKIE } from './cookie.ts';
import { type AccessToken, type Requests, TOKEN_LIFETIME_S } from './requests.ts';

const form = express.urlencoded({ extended: false, limit: '8kb' });

/** `/idshub/token`, `userinfo`, `introspect` and `logout`. */
export function mountApi(router: Router, context: PartContext, requests: Requests): void {
  router
    .route('/idshub/token')
    .post(form, (req, res) => {
      const parameters = parametersOf(req);
      const refuse = (error: string, description: string): void => {
        res.status(400).json({ error, error_description: description });
      };
      if (!isClient(req)) return refuse('invalid_client', 'unregisteredClient');
      if (parameters.get('grant_type') !== 'authorization_code')
        return refuse('unsupported_grant_type', 'unsupportedGrantType');
      const code = requests.redeem(parameters.get('code') ?? '');
      if (code === null) return refuse('invalid_grant', 'codeNotFound');
      if (code === 'expired') return refuse('invalid_grant', 'expiredCode');
      if (code.authorization.clientId !== CLIENT.id) return refuse('invalid_grant', 'codeNotIssuedToClientId');
      if (code.authorization.redirectUri !== parameters.get('redirect_uri'))
        return refuse('invalid_grant', 'redirectUriMismatch');
      if (!isVerifier(parameters.get('code_verifier'), code.authorization.challenge))
        return refuse('invalid_grant', 'invalidCodeVerifier');
      res.json({
        access_token: requests.token(code),
        scope: code.authorization.scope.join(' '),
        token_type: 'Bearer',
        expires_in: TOKEN_LIFETIME_S,
      });
    })
    .all(onlyMethods('POST'));

  router
    .route('/idshub/userinfo')
    .get((req, res) => {
      const token = bearer(req, requests);
      if (token === null) {
        res.status(401).set('WWW-Authenticate', 'Bearer error="invalid_token"').json({ error: 'invalid_token' });
        return;
      }
      res.json(userinfo(token));
    })
    .all(onlyMethods('GET'));

  router
    .route('/idshub/introspect')
    .post(form, (req, res) => {
      if (!isClient(req)) {
        res.status(400).json({ error: 'invalid_client', error_description: 'unregisteredClient' });
        return;
      }
      const token = requests.accessToken(parametersOf(req).get('token') ?? '');
      if (token === null) {
        res.json({ active: false });
        return;
      }
      res.json({
        active: true,
        sub: token.account.attributes['sub'],
        username: token.account.uuid,
        client_id: token.clientId,
        scope: token.scope.join(' '),
        token_type: 'Bearer',
        iss: `${context.base}/uaepass/idshub`,
        iat: Math.floor(token.issuedAt / 1000),
        nbf: Math.floor(token.issuedAt / 1000),
        exp: Math.floor(token.until / 1000),
      });
    })
    .all(onlyMethods('POST'));

  /** Takes `redirect_uri` and `state`, nothing else. */
  router
    .route('/idshub/logout')
    .get((req, res) => {
      const query = new URL(req.originalUrl, context.base).searchParams;
      requests.signOut(cookieOf(req, SESSION_COOKIE));
      res.clearCookie(SESSION_COOKIE, { httpOnly: true, sameSite: 'lax', path: '/uaepass' });
      const url = returnUrl(query, context);
      if (url === null) {
        sendPage(res, {
          status: 400,
          title: 'Logged out',
          provider: 'UAE PASS',
          body: html`<h1>Logged out</h1>
            <p class="error">
              There is no way back: only redirect_uri, an address of the service provider, and state are accepted.
            </p>`,
        });
        return;
      }
      const state = query.get('state');
      if (state !== null) url.searchParams.set('state', state);
      res.redirect(303, url.href);
    })
    .all(onlyMethods('GET'));
}

function returnUrl(query: URLSearchParams, { beckon }: PartContext): URL | null {
  const names = [...query.keys()];
  const redirect = query.get('redirect_uri') ?? '';
  if (names.some((name) => name !== 'redirect_uri' && name !== 'state') || new Set(names).size < names.length)
    return null;
  const origins = [beckon.issuer, ...(beckon.shop === null ? [] : [beckon.shop])].map((own) => new URL(own).origin);
  return URL.canParse(redirect) && origins.includes(new URL(redirect).origin) ? new URL(redirect) : null;
}

function userinfo({ account, scope }: AccessToken): Readonly<Record<string, string>> {
  const extra = scope.map((each) => account.scoped.get(each) ?? {});
  return Object.assign({}, account.attributes, ...extra);
}

/** In the form, as its SDKs send them, or in the query, as its documents show. */
function parametersOf(req: Request): URLSearchParams {
  const body: unknown = req.body;
  const found = new URL(req.originalUrl, 'http://localhost').searchParams;
  if (typeof body === 'object' && body !== null)
    for (const [name, value] of Object.entries(body)) if (typeof value === 'string') found.set(name, value);
  return found;
}

/** RFC 7617. */
function isClient(req: Request): boolean {
  const credentials = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(req.headers.authorization ?? '')?.[1] ?? '';
  return same(Buffer.from(credentials, 'base64').toString('utf8'), `${CLIENT.id}:${CLIENT.secret}`);
}

/** RFC 7636 §4.6; without a challenge there is nothing to verify. */
function isVerifier(verifier: string | null, challenge: string | null): boolean {
  if (challenge === null) return verifier === null;
  return same(
    createHash('sha256')
      .update(verifier ?? '')
      .digest('base64url'),
    challenge,
  );
}

function bearer(req: Request, requests: Requests): AccessToken | null {
  return requests.accessToken(/^Bearer +([\w.~+/=-]+)$/i.exec(req.headers.authorization ?? '')?.[1] ?? '');
}

function same(one: string, other: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}
