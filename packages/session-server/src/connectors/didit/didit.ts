import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Identity } from '../../session/index.ts';
import {
  type Connector,
  type ConnectorConfig,
  type ConnectorContext,
  NO_CAPABILITIES,
  type UpstreamStart,
  type UpstreamStarted,
} from '../connector.ts';
import { type DiditSession, createDiditApi } from './api.ts';
import { authenticationOf, diditClaims } from './claims.ts';
import { follow } from './follow.ts';
import { createIdTokenReader } from './id-token.ts';
import { type DiditOptions, type ResolvedDiditOptions, resolveDiditOptions } from './options.ts';
import { refused } from './upstream-call.ts';

export type { DiditFieldNames, DiditOptions } from './options.ts';

/** Of `state` and `nonce`, in bytes; 43 characters of base64url, which RFC 7636 wants of a verifier too. */
const RANDOM_BYTES = 32;
/** A code that stands still is drawn again never; the widget wants an interval all the same, in ms. */
const STILL_MS = 60_000;

const keptSchema: z.ZodType<DiditSession> = z.object({
  session_id: z.string(),
  session_token: z.string(),
  url: z.string(),
  state: z.string(),
  nonce: z.string(),
  code_verifier: z.string().nullable(),
  expires_at: z.number().nullable(),
});

/** Didit, as its client. Mistakes in the options are reported when the configuration is checked. */
export function didit(options: DiditOptions): ConnectorConfig {
  const resolved = resolveDiditOptions(options);
  return {
    id: resolved.ok ? resolved.options.id : (options?.id ?? 'didit'),
    issues: resolved.ok ? [] : resolved.issues,
    open(context) {
      if (!resolved.ok) throw new TypeError('the Didit connector has mistakes in its options');
      return Promise.resolve(openDidit(resolved.options, context));
    },
  };
}

function openDidit(options: ResolvedDiditOptions, context: ConnectorContext): Connector {
  const api = createDiditApi(options, context);
  const readIdToken = createIdTokenReader(options, context);
  const redirect_uri = options.redirect_uri ?? `${context.issuer}/callback/${options.id}`;
  const random = (): string => Buffer.from(context.randomBytes(RANDOM_BYTES)).toString('base64url');

  const begin = async (start: UpstreamStart): Promise<{ session: DiditSession; started: UpstreamStarted }> => {
    const code_verifier = options.pkce ? random() : null;
    const session = await api.authorize({
      redirect_uri,
      scope: scopeOf(start.request.scope, options.scopes),
      state: random(),
      nonce: random(),
      code_verifier,
      code_challenge: code_verifier === null ? null : createHash('sha256').update(code_verifier).digest('base64url'),
    });
    const started = {
      qr: start.mode === 'qr' ? { texts: [session.url], interval_ms: STILL_MS } : null,
      link: start.mode === 'same_device' ? session.url : null,
      // Didit's session may end before ours: then it is replaced.
      expires_at: null,
      kept: session,
    };
    return { session, started };
  };

  const identify = async (code: string, session: DiditSession): Promise<Identity> => {
    const tokens = await api.redeem(code, session, redirect_uri);
    const token = tokens.id_token === null ? null : await readIdToken(tokens.id_token, session.nonce);
    const introspected = await api.introspect(tokens.access_token);
    const userinfo = await api.userinfo(tokens.access_token);
    // OpenID Connect Core §5.3.2: answers about different people must not be put together.
    const subjects = new Set(
      [token, introspected, userinfo].flatMap((claims) => (claims === null ? [] : [claims['sub']])),
    );
    const [subject, ...others] = subjects;
    if (others.length > 0) throw refused('its answers are about different subjects');
    if (typeof subject !== 'string' || subject === '' || subject.length > 255)
      throw refused('no answer names a subject');
    const raw = { ...token, ...introspected, ...userinfo };
    return { subject, claims: claimsOf(raw), ...authenticationOf(token ?? {}) };
  };

  const claimsOf = (raw: Readonly<Record<string, unknown>>): Identity['claims'] => {
    if (options.mapClaims === null) return diditClaims(raw, options.id);
    try {
      return options.mapClaims(raw);
    } catch (cause) {
      // What it threw may name what it was given.
      throw refused(`mapClaims failed (${cause instanceof Error ? cause.name : typeof cause})`);
    }
  };

  return {
    ...NO_CAPABILITIES,
    id: options.id,
    names: options.names,
    button: null,
    modes: ['qr', 'same_device'],
    // The QR code and the consent are Didit's.
    verifies: { number: false, network: false },
    upstream: {
      start: async (start) => (await begin(start)).started,
      follow: (kept, start, signal) =>
        follow({ options, context, api, begin, identify }, keptSchema.parse(kept), start, signal),
      cancel: (kept) => api.cancel(keptSchema.parse(kept)),
    },
  };
}

/** Didit's scopes for the relying party's, `openid` first. */
function scopeOf(asked: readonly string[], scopes: ResolvedDiditOptions['scopes']): string {
  return [...new Set(['openid', ...asked.flatMap((scope) => scopes[scope] ?? [])])].join(' ');
}
