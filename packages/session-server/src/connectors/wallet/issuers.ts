import type { JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { ConnectorError, type ConnectorContext } from '../connector.ts';
import { createKeySet } from '../shared/key-set.ts';
import type { ResolvedWalletOptions } from './options.ts';

export interface WalletIssuer {
  readonly issuer: string;
  readonly client_ids: readonly string[];
  /** The issuer's keys. @throws ConnectorError `connector_unavailable` */
  readonly keys: () => Promise<JWTVerifyGetKey>;
  /** Null when the issuer has none. @throws ConnectorError `connector_unavailable` */
  readonly userinfoEndpoint: () => Promise<string | null>;
}

/** How long a discovery document is believed, in ms. */
const DISCOVERY_TTL_MS = 3_600_000;

const discoverySchema = z.object({ issuer: z.string(), jwks_uri: z.url(), userinfo_endpoint: z.url().optional() });
type Discovery = z.output<typeof discoverySchema>;

/** The configured issuers by identifier; nothing is fetched until a token asks. */
export function openIssuers(
  options: ResolvedWalletOptions['issuers'],
  context: ConnectorContext,
): ReadonlyMap<string, WalletIssuer> {
  return new Map(options.map((option) => [option.issuer, openIssuer(option, context)]));
}

function openIssuer(option: ResolvedWalletOptions['issuers'][number], context: ConnectorContext): WalletIssuer {
  let known: { readonly at: number; readonly document: Promise<Discovery> } | null = null;
  const discovery = (): Promise<Discovery> => {
    if (known !== null && context.now() - known.at < DISCOVERY_TTL_MS) return known.document;
    const document = discover(option.issuer, context);
    const entry = { at: context.now(), document };
    known = entry;
    // A failure is not remembered: the next token asks again.
    document.catch(() => {
      if (known === entry) known = null;
    });
    return document;
  };

  const keySets = new Map<string, JWTVerifyGetKey>();
  return {
    issuer: option.issuer,
    client_ids: option.client_ids,
    async keys() {
      const uri = option.jwks_uri ?? (await discovery()).jwks_uri;
      const cached = keySets.get(uri);
      if (cached !== undefined) return cached;
      const made = createKeySet(context, option.issuer, () => Promise.resolve(uri));
      keySets.set(uri, made);
      return made;
    },
    async userinfoEndpoint() {
      if (option.userinfo_endpoint !== undefined) return option.userinfo_endpoint;
      if (option.jwks_uri !== undefined) return null;
      return (await discovery()).userinfo_endpoint ?? null;
    },
  };
}

async function discover(issuer: string, context: ConnectorContext): Promise<Discovery> {
  const unavailable = (detail: string): ConnectorError =>
    new ConnectorError(
      'connector_unavailable',
      'the wallet issuer cannot be reached right now',
      `${issuer}: ${detail}`,
    );
  try {
    const response = await context.fetch(`${issuer}/.well-known/openid-configuration`, {
      headers: { accept: 'application/json' },
    });
    if (!response.ok) throw unavailable(`discovery answered ${response.status}`);
    const document = discoverySchema.parse(await response.json());
    if (document.issuer !== issuer) throw unavailable('the discovery document names another issuer');
    return document;
  } catch (cause) {
    throw cause instanceof ConnectorError ? cause : unavailable(`discovery failed (${nameOf(cause)})`);
  }
}

function nameOf(cause: unknown): string {
  return cause instanceof Error ? cause.name : typeof cause;
}
