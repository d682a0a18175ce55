import { decodeJwt, decodeProtectedHeader } from 'jose';
import { z } from 'zod';
import { unavailable } from '../connector.ts';

/** What we asked pasby for. */
export interface Asked {
  readonly action: 'login' | 'signup' | 'link';
  readonly claims: readonly string[];
  readonly payload: string;
  /** Null unless the request was directed at a person. */
  readonly user: string | null;
  /** Null where the configuration does not say. */
  readonly app: string | null;
  readonly organisation: string | null;
}

/** The request as pasby repeats it, plain or in its stamp. */
interface Repeated {
  readonly consumer?: string | null | undefined;
  readonly app?: string | null | undefined;
  readonly mode?: string | null | undefined;
  readonly action?: string | null | undefined;
  readonly user?: string | null | undefined;
  readonly payload?: string | null | undefined;
  readonly acquireClaims?: readonly string[] | null | undefined;
}

const stampSchema = z.object({
  id: z.string(),
  consumer: z.string().nullish(),
  app: z.string(),
  mode: z.string(),
  action: z.string(),
  user: z.string().nullish(),
  payload: z.string().nullish(),
  acquireClaims: z.array(z.string()),
  iat: z.number(),
  exp: z.number(),
});

/** The request that came back is the one that was made. @throws ConnectorError `connector_unavailable` */
export function assertAgrees(repeated: Repeated, asked: Asked, where = 'the request'): void {
  const differs = (field: string): never => {
    throw unavailable(`pasby: ${where} differs from what was asked for in ${field}`);
  };
  const is = (value: string | null | undefined, expected: string | null): boolean =>
    value === null || value === undefined || expected === null || value === expected;
  if (!is(repeated.mode, 'identification')) differs('mode');
  if (!is(repeated.action, asked.action)) differs('action');
  if (!is(repeated.payload, asked.payload)) differs('payload');
  if (!is(repeated.app, asked.app)) differs('app');
  if (!is(repeated.consumer, asked.organisation)) differs('consumer');
  if (!is(repeated.user, asked.user ?? '')) differs('user');
  const claims = new Set(repeated.acquireClaims ?? asked.claims);
  if (claims.size !== new Set(asked.claims).size || !asked.claims.every((claim) => claims.has(claim)))
    differs('claims');
}

/**
 * The stamp on a request is a JWT with all of the request in it. It is an HMAC under a secret of
 * pasby's, so it proves nothing to us; but where its content is not our request, something is wrong.
 * @throws ConnectorError `connector_unavailable`
 */
export function assertStampAgrees(
  stamp: string,
  request: {
    readonly id: string;
    readonly consumer?: string | null | undefined;
    readonly app?: string | null | undefined;
    readonly iat?: number | null | undefined;
    readonly exp?: number | null | undefined;
  },
  asked: Asked,
): { readonly iat: number; readonly exp: number } {
  const content = stampSchema.safeParse(payloadOf(stamp));
  if (!content.success) throw unavailable("pasby: the request's signature is no stamp of a request");
  const { data } = content;
  if (data.id !== request.id) throw unavailable('pasby: the stamp is of another request');
  const expected = {
    ...asked,
    app: request.app ?? asked.app,
    organisation: request.consumer ?? asked.organisation,
  };
  assertAgrees(data, expected, 'the stamp');
  if (data.iat !== (request.iat ?? data.iat) || data.exp !== (request.exp ?? data.exp))
    throw unavailable('pasby: the stamp differs from its request in iat or exp');
  return { iat: data.iat, exp: data.exp };
}

/** Whether this is a stamp's content: a request with all that was asked. */
export function isStamp(content: Readonly<Record<string, unknown>>): boolean {
  return stampSchema.safeParse(content).success;
}

/** The content of a JWT, unverified; null for what is no JWT, or says that it is not signed. */
export function payloadOf(jwt: string): Readonly<Record<string, unknown>> | null {
  try {
    return decodeProtectedHeader(jwt).alg === 'none' ? null : decodeJwt(jwt);
  } catch {
    return null;
  }
}
