import { createHash, timingSafeEqual } from 'node:crypto';
import express, { type Request, type Response, type Router } from 'express';
import { onlyMethods } from '../http/answer.ts';
import type { PartContext } from '../part.ts';
import { claimsFor } from '../wallet/claims.ts';
import { ACCESS_LIFETIME_S, type Grant, type Records } from './records.ts';
import type { OpenIdSettings } from './settings.ts';
import type { SigningKeys } from './signing-keys.ts';

const form = express.urlencoded({ extended: false, limit: '8kb' });

/** Discovery, keys, token, userinfo and revocation: what the relying party's server asks. */
export function mountApi(
  router: Router,
  context: PartContext,
  settings: OpenIdSettings,
  records: Records,
  keys: SigningKeys,
  newRequestId: () => string,
): void {
  const { paths, issuer, client, subjectOf } = settings;
  const at = (path: string): string => `${context.base}${settings.mount}${path}`;

  router
    .route(paths.discovery)
    .get((_req, res) => {
      res.json({
        issuer,
        authorization_endpoint: at(paths.authorize),
        token_endpoint: at(paths.token),
        userinfo_endpoint: at(paths.userinfo),
        jwks_uri: at(paths.jwks),
        revocation_endpoint: at(paths.revocation),
        end_session_endpoint: at(paths.end_session),
        scopes_supported: settings.scopes,
        response_types_supported: ['code'],
        grant_types_supported: ['authorization_code', 'refresh_token'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: [settings.algorithm],
        token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
        code_challenge_methods_supported: ['S256'],
        ...(settings.sends_iss ? { authorization_response_iss_parameter_supported: true } : {}),
      });
    })
    .all(onlyMethods('GET'));

  router
    .route(paths.jwks)
    .get(async (_req, res) => {
      res.json(await keys.jwks());
    })
    .all(onlyMethods('GET'));

  router
    .route(paths.token)
    .post(form, async (req, res) => {
      if (!isClient(req)) return refuse(res, 401, 'invalid_client', 'Client authentication failed.');
      switch (field(req, 'grant_type')) {
        case 'authorization_code': {
          const grant = records.redeem(field(req, 'code'));
          const asked = grant?.authorization;
          if (
            grant === null ||
            asked?.redirectUri !== field(req, 'redirect_uri') ||
            !same(sha256(field(req, 'code_verifier')), asked.challenge)
          )
            return refuse(res, 400, 'invalid_grant', 'The authorization code is expired or already used.');
          await answer(res, grant, asked.nonce);
          return;
        }
        case 'refresh_token': {
          const grant = records.refresh(field(req, 'refresh_token'));
          if (grant === null)
            return refuse(res, 400, 'invalid_grant', 'The refresh token is expired, revoked or already used.');
          await answer(res, grant, null);
          return;
        }
        default:
          refuse(res, 400, 'unsupported_grant_type', 'This grant type is not supported.');
      }
    })
    .all(onlyMethods('POST'));

  router
    .route(paths.userinfo)
    .get((req, res) => {
      const grant = records.bearer(/^Bearer +([\w.~+/=-]+)$/i.exec(req.headers.authorization ?? '')?.[1] ?? '');
      if (grant === null) {
        res.set('WWW-Authenticate', 'Bearer error="invalid_token"');
        return refuse(res, 401, 'invalid_token', 'The access token is missing, expired, or invalid.');
      }
      res.json(claimsOf(grant));
    })
    .all(onlyMethods('GET'));

  /** RFC 7009: a token that is not known is as good as revoked. */
  router
    .route(paths.revocation)
    .post(form, (req, res) => {
      if (!isClient(req)) return refuse(res, 401, 'invalid_client', 'Client authentication failed.');
      records.revoke(field(req, 'token'));
      res.status(200).end();
    })
    .all(onlyMethods('POST'));

  async function answer(res: Response, grant: Grant, nonce: string | null): Promise<void> {
    const access_token = records.accessToken(grant);
    const iat = Math.floor(context.now() / 1000);
    const id_token = await keys.sign({
      ...claimsOf(grant),
      iss: issuer,
      aud: client.id,
      iat,
      exp: iat + ACCESS_LIFETIME_S,
      auth_time: Math.floor(grant.authenticatedAt / 1000),
      acr: 'phr',
      amr: ['hwk', 'user'],
      at_hash: createHash('sha256').update(access_token).digest().subarray(0, 16).toString('base64url'),
      ...(nonce === null ? {} : { nonce }),
    });
    res.json({
      access_token,
      token_type: 'Bearer',
      expires_in: ACCESS_LIFETIME_S,
      refresh_token: records.refreshToken(grant),
      id_token,
      scope: grant.authorization.scope.join(' '),
    });
  }

  function claimsOf({ person, authorization }: Grant): Record<string, unknown> {
    return { ...claimsFor(person, authorization.scope), sub: subjectOf(person) };
  }

  function refuse(res: Response, status: number, error: string, error_description: string): void {
    res.status(status).json({ error, error_description, request_id: newRequestId() });
  }

  /** RFC 6749 §2.3.1: in the header or in the form. */
  function isClient(req: Request): boolean {
    const basic = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(req.headers.authorization ?? '')?.[1];
    const given =
      basic === undefined
        ? `${field(req, 'client_id')}:${field(req, 'client_secret')}`
        : decodeURIComponent(Buffer.from(basic, 'base64').toString('utf8').replaceAll('+', ' '));
    return same(sha256(given), sha256(`${client.id}:${client.secret}`));
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function same(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

function field(req: Request, name: string): string {
  const body: unknown = req.body;
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
  return typeof value === 'string' ? value : '';
}
