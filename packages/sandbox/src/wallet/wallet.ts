import express, { type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import { onlyMethods } from '../http/answer.ts';
import { SandboxError } from '../http/errors.ts';
import { jsonBody } from '../http/guard.ts';
import { read } from '../http/read.ts';
import type { PartContext } from '../part.ts';
import type { Person } from '../people.ts';
import { claimsFor, SCOPE_CLAIMS } from './claims.ts';
import { APPROVE_SCOPE, createTokenIssuer, TOKEN_ALGORITHMS, TOKEN_LIFETIME_S } from './tokens.ts';

export interface Wallet {
  readonly router: Router;
  /** @throws SandboxError `invalid_request` for a person who has no wallet here; no id takes the first person. */
  person(id: string | undefined): Person;
  /**
   * An access token for Beckon's wallet API, good for 10 min. `accepted` are the scopes that the
   * person agreed to: userinfo gives Beckon no claims beyond them.
   */
  accessToken(person: Person, accepted: readonly string[]): Promise<string>;
}

const override = z.string().max(512).nullable().optional();
const TokenRequest = z.strictObject({
  person: z.string().max(64).optional(),
  overrides: z
    .strictObject({
      iss: override,
      aud: override,
      client_id: override,
      scope: override,
      typ: override,
      exp: z.int().nullable().optional(),
      alg: z.enum(TOKEN_ALGORITHMS).optional(),
    })
    .default({}),
});

export async function createWallet(context: PartContext): Promise<Wallet> {
  const issuer = `${context.base}/wallet`;
  const tokens = await createTokenIssuer({
    issuer,
    audience: `${context.beckon.issuer}/session`,
    now: context.now,
    random: context.random,
  });
  const byId = new Map(context.people.map((each) => [each.id, each]));
  const claimScopes = [...SCOPE_CLAIMS.keys()];

  function person(id: string | undefined): Person {
    const found = id === undefined ? context.people[0] : byId.get(id);
    if (found === undefined)
      throw new SandboxError(
        'invalid_request',
        `person: no person has that name; known are ${[...byId.keys()].join(', ')}`,
      );
    return found;
  }

  /** OpenID Connect Core §5.3. */
  async function userinfo(req: Request, res: Response): Promise<void> {
    const token = await tokens.verify(bearer(req));
    const holder = token === null ? undefined : byId.get(token.subject);
    if (token === null || holder === undefined)
      throw new SandboxError('invalid_token', 'Authorization: no living access token of this wallet', {
        'WWW-Authenticate': 'Bearer error="invalid_token"',
      });
    res.json(claimsFor(holder, token.scopes));
  }

  const router = express.Router();
  router
    .route('/.well-known/openid-configuration')
    .get((_req, res) => {
      // OpenID Connect Discovery §3, without the endpoints of flows that no wallet here offers.
      res.json({
        issuer,
        jwks_uri: `${issuer}/jwks.json`,
        userinfo_endpoint: `${issuer}/userinfo`,
        scopes_supported: ['openid', ...claimScopes, APPROVE_SCOPE],
        claims_supported: ['sub', ...new Set(context.people.flatMap(({ claims }) => Object.keys(claims)))],
        response_types_supported: [],
        grant_types_supported: [],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['ES256'],
      });
    })
    .all(onlyMethods('GET'));

  router
    .route('/jwks.json')
    .get((_req, res) => {
      res.json(tokens.jwks);
    })
    .all(onlyMethods('GET'));

  router.route('/userinfo').get(userinfo).post(userinfo).all(onlyMethods('GET', 'POST'));

  /**
   * A feature of the sandbox that no real wallet has. Without overrides it gives a script the token
   * that the phone would use, with every claim scope; `overrides` make it wrong in one way or
   * another, for negative tests: null leaves a part out, `alg` other than ES256 signs wrongly.
   */
  router
    .route('/token')
    .post(...jsonBody, async (req, res) => {
      const { person: id, overrides } = read(TokenRequest, req.body);
      const scope = ['openid', ...claimScopes, APPROVE_SCOPE].join(' ');
      res.json({
        access_token: await tokens.issue(person(id).id, scope, overrides),
        token_type: 'Bearer',
        expires_in: TOKEN_LIFETIME_S,
      });
    })
    .all(onlyMethods('POST'));

  return {
    router,
    person,
    async accessToken(holder, accepted) {
      const claims = claimScopes.filter((scope) => accepted.includes(scope));
      return tokens.issue(holder.id, ['openid', APPROVE_SCOPE, ...claims].join(' '));
    },
  };
}

/** RFC 6750 §2.1. */
function bearer(req: Request): string {
  return /^Bearer +([\w.~+/=-]+)$/i.exec(req.headers.authorization ?? '')?.[1] ?? '';
}
