import type { Request, Response, Router } from 'express';
import { onlyMethods } from '../http/answer.ts';
import { clientFields, form, refuse } from './form.ts';
import type { Keys } from './keys.ts';
import {
  type Code,
  type Grant,
  isVerifier,
  type Records,
  type RefreshToken,
  REQUEST_LIFETIME_S,
  TOKEN_LIFETIME_S,
} from './records.ts';

const SCOPES = ['openid', 'profile', 'citizen_identity', 'offline_access'];

/** KRDPASS's OpenID Provider. `isRegistered` knows the client's redirect URIs. */
export function mountCas(
  router: Router,
  issuer: string,
  app: string,
  keys: Keys,
  records: Records,
  isRegistered: (redirectUri: string) => boolean,
): void {
  router
    .route('/cas/.well-known/openid-configuration')
    .get((_req, res) => {
      res.json({
        issuer,
        jwks_uri: `${issuer}/.well-known/openid-configuration/jwks`,
        authorization_endpoint: `${app}/connect/authorize`,
        pushed_authorization_request_endpoint: `${issuer}/connect/par`,
        require_pushed_authorization_requests: true,
        token_endpoint: `${issuer}/connect/token`,
        userinfo_endpoint: `${issuer}/connect/userinfo`,
        revocation_endpoint: `${issuer}/connect/revocation`,
        scopes_supported: SCOPES,
        response_types_supported: ['code'],
        grant_types_supported: ['authorization_code', 'refresh_token'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        request_object_signing_alg_values_supported: ['RS256'],
        code_challenge_methods_supported: ['S256'],
        token_endpoint_auth_methods_supported: ['client_secret_post'],
        authorization_response_iss_parameter_supported: true,
      });
    })
    .all(onlyMethods('GET'));

  router
    .route('/cas/.well-known/openid-configuration/jwks')
    .get((_req, res) => {
      res.json(keys.jwks);
    })
    .all(onlyMethods('GET'));

  router
    .route('/cas/connect/par')
    .post(form, async (req, res) => {
      const fields = clientFields(req, res, ['request']);
      if (fields === null) return;
      const request = await keys.readRequest(fields.get('request') ?? '', records, isRegistered);
      if (request === null) return refuse(res, 400, 'invalid_request_object', 'the request object was not accepted');
      if (request.scope.some((scope) => !SCOPES.includes(scope)))
        return refuse(res, 400, 'invalid_scope', 'a scope that is not known');
      res.json({
        request_uri: `urn:ietf:params:oauth:request_uri:${records.requests.add(request)}`,
        expires_in: REQUEST_LIFETIME_S,
      });
    })
    .all(onlyMethods('POST'));

  router
    .route('/cas/connect/token')
    .post(form, async (req, res) => {
      const refresh = isRefresh(req);
      const fields = refresh
        ? clientFields(req, res, ['grant_type', 'refresh_token'], ['scope'])
        : clientFields(req, res, ['grant_type', 'redirect_uri', 'code', 'code_verifier']);
      if (fields === null) return;
      if (!refresh && fields.get('grant_type') !== 'authorization_code')
        return refuse(res, 400, 'unsupported_grant_type', 'authorization_code or refresh_token');
      if (refresh) {
        const token = records.refreshTokens.take(fields.get('refresh_token') ?? '');
        if (token === null) return refuse(res, 400, 'invalid_grant', 'the refresh token is not good');
        return answer(res, token);
      }
      const code = records.codes.take(fields.get('code') ?? '');
      const good =
        code !== null &&
        code.request.redirectUri === fields.get('redirect_uri') &&
        isVerifier(fields.get('code_verifier') ?? '', code.request.challenge);
      if (!good) return refuse(res, 400, 'invalid_grant', 'the code, its redirect URI or its verifier is not good');
      return answer(res, code);
    })
    .all(onlyMethods('POST'));

  /** RFC 7009: a token that is not known is as good as revoked. */
  router
    .route('/cas/connect/revocation')
    .post(form, (req, res) => {
      const fields = clientFields(req, res, ['token'], ['token_type_hint']);
      if (fields === null) return;
      const token = fields.get('token') ?? '';
      records.accessTokens.remove(token);
      records.refreshTokens.remove(token);
      res.status(200).end();
    })
    .all(onlyMethods('POST'));

  router
    .route('/cas/connect/userinfo')
    .get((req, res) => {
      const token = /^Bearer +([\w.~+/=-]+)$/i.exec(req.headers.authorization ?? '')?.[1] ?? '';
      const grant = records.accessTokens.get(token);
      if (grant === null) {
        res.set('WWW-Authenticate', 'Bearer error="invalid_token"');
        return refuse(res, 401, 'invalid_token', 'the access token is not good');
      }
      res.json(userinfo(grant));
    })
    .all(onlyMethods('GET'));

  async function answer(res: Response, grant: Code | RefreshToken): Promise<void> {
    const { citizen, scope, authTime } = grant;
    res.json({
      access_token: records.accessTokens.add({ citizen, scope }),
      token_type: 'Bearer',
      expires_in: TOKEN_LIFETIME_S,
      id_token: await keys.idToken(grant),
      scope: scope.join(' '),
      // Also without `offline_access`, as the sample in KRDPASS's contract has it. It rotates: the one that
      // was used is gone.
      refresh_token: records.refreshTokens.add({ citizen, scope, authTime }),
    });
  }
}

function isRefresh(req: Request): boolean {
  const body: unknown = req.body;
  return typeof body === 'object' && body !== null && Reflect.get(body, 'grant_type') === 'refresh_token';
}

function userinfo({ citizen, scope }: Grant): Readonly<Record<string, unknown>> {
  return Object.assign({}, ...scope.map((each) => citizen.userinfo[each] ?? {})) as Readonly<Record<string, unknown>>;
}
