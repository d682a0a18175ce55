import type { JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { asConnectorError, createDiscovery, discoveryUrlOf } from '../../openid-client/index.ts';
import { createKeySet, hostOf, networkReasonOf } from '../../outbound/index.ts';
import { ConnectorError, isConnectorError, type ConnectorContext } from '../connector.ts';
import { webAddress } from '../shared/option-schemas.ts';
import type { ResolvedWalletOptions } from './options.ts';

export interface WalletIssuer {
  readonly issuer: string;
  readonly client_ids: readonly string[];
  /** The issuer's keys. @throws ConnectorError `connector_unavailable`; jose's errors for a key that is not there */
  readonly keys: JWTVerifyGetKey;
  /** Null when the issuer has none. @throws ConnectorError `connector_unavailable` */
  readonly userinfoEndpoint: () => Promise<string | null>;
}

const documentSchema = z.object({
  issuer: z.string(),
  jwks_uri: webAddress,
  userinfo_endpoint: webAddress.optional(),
});

/** The configured issuers by identifier; nothing is fetched until a token asks. */
export function openIssuers(
  options: ResolvedWalletOptions['issuers'],
  context: ConnectorContext,
): ReadonlyMap<string, WalletIssuer> {
  return new Map(options.map((option) => [option.issuer, openIssuer(option, context)]));
}

function openIssuer(option: ResolvedWalletOptions['issuers'][number], context: ConnectorContext): WalletIssuer {
  const { issuer, clientIds, jwksUri, userinfoEndpoint } = option;
  const discovery = createDiscovery(context, {
    name: issuer,
    issuer,
    discovery_url: discoveryUrlOf(issuer),
    schema: documentSchema,
    allowedHosts: option.allowedHosts ?? [hostOf(issuer)],
  });
  const keys = createKeySet(context, issuer, async () => jwksUri ?? (await discovery()).jwks_uri);
  return {
    issuer,
    client_ids: clientIds,
    keys: (header, jws) => asIssuers(async () => keys(header, jws)),
    userinfoEndpoint: () =>
      asIssuers(async () => {
        if (userinfoEndpoint !== undefined) return userinfoEndpoint;
        return jwksUri === undefined ? ((await discovery()).userinfo_endpoint ?? null) : null;
      }),
  };
}

/** A wallet is told of its issuer, and not that it is the one which comes too often. */
export async function asIssuers<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (failure) {
    const cause = asConnectorError(failure);
    const unreachable =
      isConnectorError(cause) && (cause.code === 'connector_unavailable' || cause.code === 'rate_limited');
    if (!unreachable) throw cause;
    const message = 'the wallet issuer cannot be reached right now';
    throw new ConnectorError('connector_unavailable', message, cause.detail, null, false, networkReasonOf(cause));
  }
}
