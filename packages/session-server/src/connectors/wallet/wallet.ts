import { type Connector, type ConnectorConfig, type ConnectorContext, NO_CAPABILITIES } from '../connector.ts';
import { defineConnector } from '../define-connector.ts';
import { identityOf } from './identity.ts';
import { openIssuers } from './issuers.ts';
import {
  type ResolvedWalletOptions,
  type WalletOptions,
  issuersOfThisMachine,
  resolveWalletOptions,
} from './options.ts';
import { rememberVerified } from './verified-tokens.ts';
import { authenticate } from './wallet-token.ts';

export type { WalletIssuerOptions, WalletOptions } from './options.ts';

/** Wallets that speak Beckon's own API. Mistakes in the options are reported when the configuration is checked. */
export const wallet: (options: WalletOptions) => ConnectorConfig = defineConnector({
  id: 'wallet',
  check: resolveWalletOptions,
  checkAt: issuersOfThisMachine,
  open: openWallet,
});

function openWallet(options: ResolvedWalletOptions, context: ConnectorContext): Connector {
  const issuers = openIssuers(options.issuers, context);
  const audience = `${context.issuer}/session`;
  return {
    ...NO_CAPABILITIES,
    id: options.id,
    names: options.names,
    button: null,
    modes: ['qr', 'same_device'],
    install: options.installUrl ?? null,
    verifies: { number: true, network: true },
    reaches: options.acrValuesSupported ?? null,
    wallet: {
      authenticate: rememberVerified(context.now, (token) => authenticate(token, issuers, audience, context.now)),
      identify: (accessToken, holder) => identityOf(accessToken, holder, issuers, context, options.id),
      handOver: (text) => options.appLink?.replace('{text}', () => encodeURIComponent(text)) ?? null,
      installUrl: options.installUrl?.other ?? null,
      appleAppIds: options.iosAppIds,
      androidApps: options.androidApps.map((app) => ({
        package_name: app.packageName,
        sha256_cert_fingerprints: app.sha256CertFingerprints,
      })),
    },
  };
}
