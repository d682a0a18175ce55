import { createHash } from 'node:crypto';
import express, { type Request, type RequestHandler, type Router } from 'express';
import { onlyMethods } from '../http/answer.ts';
import { CLIENT } from './client.ts';
import type { Faults } from './faults.ts';
import type { IdTokens } from './id-tokens.ts';
import { type Sessions, TOKEN_LIFETIME_S } from './sessions.ts';
import { subjectOf, userData } from './user-data.ts';

export interface TokenRoutesDependencies {
  readonly sessions: Sessions;
  readonly faults: Faults;
  readonly idTokens: IdTokens;
  readonly now: () => number;
  readonly throttle: RequestHandler;
}

const form = express.urlencoded({ extended: false, limit: '8kb' });
const json = express.json({ limit: '8kb' });

/** `token`, `introspect`, `users/retrieve`, and the keys of id_tokens. */
export function mountTokens(
  router: Router,
  { sessions, faults, idTokens, now, throttle }: TokenRoutesDependencies,
): void {
  router
    .route(['/auth/v2/token', '/auth/v2/token/'])
    .post(throttle, form, json, async (req, res) => {
      const fields = fieldsOf(req);
      const refuse = (status: number, error: string): void => {
        res.status(status).json({ error, error_description: `Sandbox: ${error.replaceAll('_', ' ')}` });
      };
      if (!isClient(req)) return refuse(401, 'invalid_client');
      switch (fields['grant_type'] ?? '') {
        case 'authorization_code': {
          if (fields['code'] === undefined || fields['redirect_uri'] === undefined)
            return refuse(400, 'invalid_request');
          const code = sessions.redeem(fields['code']);
          const person = code?.session.person ?? null;
          if (code === null || person === null) return refuse(400, 'invalid_grant');
          const { redirectUri, nonce, challenge } = code.session.authorization;
          if (redirectUri !== fields['redirect_uri']) return refuse(400, 'invalid_grant');
          if (challenge !== null && challenge !== s256(fields['code_verifier'])) return refuse(400, 'invalid_grant');
          const { accepted } = code.session;
          res.json({
            access_token: sessions.token(person, accepted),
            token_type: 'Bearer',
            expires_in: TOKEN_LIFETIME_S,
            scope: accepted.join(' '),
            id_token: await idTokens.issue(subjectOf(person), nonce, faults.id_token),
            ...(accepted.includes('offline') ? { refresh_token: sessions.refreshToken(person, accepted) } : {}),
          });
          return;
        }
        case 'refresh_token': {
          const old = sessions.refresh(fields['refresh_token'] ?? '');
          if (old === null) return refuse(400, 'invalid_grant');
          res.json({
            access_token: sessions.token(old.person, old.scopes),
            token_type: 'Bearer',
            expires_in: TOKEN_LIFETIME_S,
            scope: old.scopes.join(' '),
            refresh_token: sessions.refreshToken(old.person, old.scopes),
          });
          return;
        }
        default:
          refuse(400, 'unsupported_grant_type');
      }
    })
    .all(onlyMethods('POST'));

  router
    .route(['/auth/v2/introspect', '/auth/v2/introspect/'])
    .post(throttle, form, (req, res) => {
      if (!isClient(req)) {
        res.status(401).json({ error: 'invalid_client' });
        return;
      }
      if (req.is('application/x-www-form-urlencoded') === false) {
        res.status(400).json({ error: 'invalid_content_type' });
        return;
      }
      const token = sessions.accessToken(fieldsOf(req)['token'] ?? '');
      if (token === null || faults.inactive) {
        res.json({ active: false });
        return;
      }
      res.json({
        active: true,
        iss: idTokens.issuer,
        iat: Math.floor(token.issuedAt / 1000),
        sub: subjectOf(token.person),
        identifier: token.person.claims['email'],
        identifier_type: 'email',
        claims: token.scopes.join(' '),
        exp: Math.floor(token.until / 1000),
        client_id: CLIENT.id,
      });
    })
    .all(onlyMethods('POST'));

  router
    .route(['/auth/v2/users/retrieve', '/auth/v2/users/retrieve/'])
    .get(throttle, (req, res) => {
      const bearer = /^Bearer +(\w+)$/i.exec(req.headers.authorization ?? '')?.[1] ?? '';
      const token = sessions.accessToken(bearer);
      if (token === null) res.status(401).json({ detail: 'Invalid token.' });
      else res.json(userData(token.person, token.scopes, now()));
    })
    .all(onlyMethods('GET'));

  router
    .route('/jwks.json')
    .get(async (_req, res) => {
      res.json(await idTokens.jwks());
    })
    .all(onlyMethods('GET'));
}

/** HTTP Basic with the plain id and secret, as Didit's documentation has it. */
function isClient(req: Request): boolean {
  return req.headers.authorization === `Basic ${Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString('base64')}`;
}

function fieldsOf(req: Request): Readonly<Record<string, string | undefined>> {
  const body: unknown = req.body;
  const entries = typeof body === 'object' && body !== null ? Object.entries(body) : [];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function s256(verifier: string | undefined): string {
  return createHash('sha256')
    .update(verifier ?? '')
    .digest('base64url');
}
