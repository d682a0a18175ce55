import type { InstallLinks } from '@beckon/protocol';
import { z } from 'zod';

import { isLoopback } from '../../outbound/secure-address.ts';
import { secureUrl } from '../../outbound/index.ts';
import type { ConnectorIssue, LocalizedText, MarkOptions } from '../connector.ts';
import { allowedHosts } from '../shared/allowed-hosts.ts';
import {
  acrValues,
  type Checked,
  type CheckedOptions,
  checkOptions,
  connectorId,
  type InstallUrl,
  installUrl,
  localizedText,
} from '../shared/option-schemas.ts';

/** An issuer whose wallet tokens count. */
export interface WalletIssuerOptions {
  /** Its issuer identifier, as in the tokens' `iss`. */
  readonly issuer: string | undefined;
  /** The `client_id`s of its wallet apps: a token that names another is refused. */
  readonly clientIds: readonly (string | undefined)[];
  /**
   * The hosts that its discovery document may name, as `host` or `host:port`: nothing is fetched from
   * another. Default: the issuer's own. What is configured below is fetched wherever it is.
   */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Default: from its discovery document. */
  readonly jwksUri?: string | undefined;
  /** Default: from its discovery document; without one, claims come from the token itself. */
  readonly userinfoEndpoint?: string | undefined;
}

export interface WalletAndroidApp {
  readonly packageName: string;
  /** SHA-256 of each signing certificate: upper-case hex bytes joined by colons. */
  readonly sha256CertFingerprints: readonly string[];
}

export interface WalletOptions extends MarkOptions {
  /** Part of `sub`: fixed once set. Default `wallet`. */
  readonly id?: string | undefined;
  /** What people call the app. Default `Wallet`. */
  readonly names?: LocalizedText | undefined;
  readonly issuers: readonly WalletIssuerOptions[];
  /**
   * Opens the app with a link to the sign-in: an https universal or app link with `{text}` in it, on the app's own host and
   * not on the issuer's. The phone page and the widget on the same device lead there. Default none: the phone page then
   * says to open the app and scan, and the widget leads to `{issuer}/q/…`.
   */
  readonly appLink?: string | undefined;
  /**
   * The `acr` values that the wallets' tokens can have: a website that asks for others alone is refused before the person
   * starts. Empty: none. Default: not known, so that every request goes on.
   */
  readonly acrValuesSupported?: readonly string[] | undefined;
  /** Where people get the app: one address, or one for each kind of device. */
  readonly installUrl?: InstallUrl | undefined;
  /** `<team id>.<bundle id>`: served in `/.well-known/apple-app-site-association`. */
  readonly iosAppIds?: readonly string[] | undefined;
  /** Served in `/.well-known/assetlinks.json`. */
  readonly androidApps?: readonly WalletAndroidApp[] | undefined;
}

export type ResolvedWalletOptions = Checked<
  Omit<WalletOptions, 'issuers' | 'installUrl'>,
  'appLink' | 'acrValuesSupported'
> & {
  readonly installUrl?: InstallLinks | undefined;
  readonly issuers: readonly (Checked<WalletIssuerOptions, 'allowedHosts' | 'jwksUri' | 'userinfoEndpoint'> & {
    readonly clientIds: readonly string[];
  })[];
};

const schema: z.ZodType<ResolvedWalletOptions> = z.strictObject({
  id: connectorId.default('wallet'),
  names: localizedText.default({ en: 'Wallet' }),
  issuers: z
    .array(
      z.strictObject({
        issuer: secureUrl,
        clientIds: z.array(z.string().min(1).max(128)).min(1),
        allowedHosts: allowedHosts.optional(),
        jwksUri: secureUrl.optional(),
        userinfoEndpoint: secureUrl.optional(),
      }),
    )
    .min(1),
  appLink: secureUrl.refine((text) => text.includes('{text}'), 'must contain {text}').optional(),
  acrValuesSupported: acrValues.optional(),
  installUrl: installUrl.optional(),
  iosAppIds: z.array(z.string().regex(/^[A-Z0-9]{10}\.[\w.-]+$/, 'must be <team id>.<bundle id>')).default([]),
  androidApps: z
    .array(
      z.strictObject({
        packageName: z.string().regex(/^[A-Za-z]\w*(\.[A-Za-z]\w*)+$/, 'must be an Android package name'),
        sha256CertFingerprints: z
          .array(
            z.string().regex(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/, 'must be 32 upper-case hex bytes joined by colons'),
          )
          .min(1),
      }),
    )
    .default([]),
});

export function resolveWalletOptions(options: WalletOptions): CheckedOptions<ResolvedWalletOptions> {
  return checkOptions(schema, options);
}

/** The sandbox signs for anyone who asks. A server on the open internet may not believe it, or what else this machine runs. */
export function issuersOfThisMachine({ issuers }: ResolvedWalletOptions, issuer: string): readonly ConnectorIssue[] {
  if (isLoopback(new URL(issuer).hostname)) return [];
  return issuers.flatMap((each, i) =>
    isLoopback(new URL(each.issuer).hostname)
      ? [
          {
            path: `issuers.${i}.issuer`,
            message: 'is on this machine, as the sandbox is, and no real wallet: take it out',
          },
        ]
      : [],
  );
}
