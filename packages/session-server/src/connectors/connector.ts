/**
 * Doors to identity apps. Owns the connector contract and one folder for each provider, none of
 * which knows another. Depends on the session's types. Leaves the session's course to `flow`.
 *
 * A connector is configured (`wallet({ … })` checks its options and returns a `ConnectorConfig`),
 * then opened once at start with what it may use of the server. Beyond the common part it has
 * small capabilities; a capability that is null is one that the provider does not have.
 */
import type { Mode } from '@beckon/protocol';
import type { Identity } from '../session/index.ts';

export interface ConnectorConfig {
  readonly id: string;
  /** What is wrong with the options; the configuration reports it with everything else. `path` is relative to the options. */
  readonly issues: readonly { readonly path: string; readonly message: string }[];
  /** Called only when there are no issues. */
  open(context: ConnectorContext): Promise<Connector>;
}

/** What the server lends a connector. */
export interface ConnectorContext {
  /** Beckon's own issuer, with no trailing slash. */
  readonly issuer: string;
  /** Ms since the epoch. */
  readonly now: () => number;
  /** `fetch` with the server's time limit (10 s) and size limit. */
  readonly fetch: typeof fetch;
}

export interface Connector {
  readonly id: string;
  /** What people call the app. */
  readonly name: string;
  readonly modes: readonly Mode[];
  /** What Beckon itself can enforce with it in a cross-device sign-in; false where the consent is the provider's own. */
  readonly verifies: { readonly number: boolean; readonly network: boolean };
  /** The phone asks Beckon's own wallet API. */
  readonly wallet: WalletCapability | null;
}

export interface WalletCapability {
  /**
   * Verifies a wallet access token.
   * @throws ConnectorError `wallet_not_trusted` unless it is a wallet's own token for this purpose;
   *   `connector_unavailable` when the issuer's keys cannot be had.
   */
  authenticate(accessToken: string): Promise<WalletHolder>;
  /** The person's claims from the wallet issuer, for the accepted scopes. @throws ConnectorError */
  identify(accessToken: string, holder: WalletHolder, scope: readonly string[]): Promise<Identity>;
  /** Where a phone's browser hands the QR's text over to the app; null when no app link is configured. */
  handOver(text: string): string | null;
  readonly installUrl: string | null;
  /** For `/.well-known/apple-app-site-association`: `<team id>.<bundle id>`. */
  readonly appleAppIds: readonly string[];
  /** For `/.well-known/assetlinks.json`. */
  readonly androidApps: readonly AndroidApp[];
}

export interface AndroidApp {
  readonly package_name: string;
  /** SHA-256 of each signing certificate: upper-case hex bytes joined by colons. */
  readonly sha256_cert_fingerprints: readonly string[];
}

export interface WalletHolder {
  readonly issuer: string;
  readonly subject: string;
}

export class ConnectorError extends Error {
  override readonly name = 'ConnectorError';
  readonly code: 'wallet_not_trusted' | 'connector_unavailable';
  /** For the operator's log; never sent. */
  readonly detail: string;
  constructor(code: ConnectorError['code'], message: string, detail: string = message) {
    super(message);
    this.code = code;
    this.detail = detail;
  }
}
