import { z } from 'zod';

import { isSecureAddress } from '../../outbound/secure-address.ts';
import type { AndroidApp } from '../connector.ts';
import { allowedHosts } from '../shared/allowed-hosts.ts';

/** An issuer whose wallet tokens count. */
export interface WalletIssuerOptions {
  /** Its issuer identifier, as in the tokens' `iss`. */
  readonly issuer: string;
  /** The `client_id`s of its wallet apps: a token that names another is refused. */
  readonly client_ids: readonly string[];
  /**
   * The hosts that its discovery document may name, as `host` or `host:port`: nothing is fetched from
   * another. Default: the issuer's own. What is configured below is fetched wherever it is.
   */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Default: from its discovery document. */
  readonly jwks_uri?: string | undefined;
  /** Default: from its discovery document; without one, claims come from the token itself. */
  readonly userinfo_endpoint?: string | undefined;
}

export interface WalletOptions {
  /** Part of `sub`: fixed once set. Default `wallet`. */
  readonly id?: string | undefined;
  /** What people call the app. Default `Wallet`. */
  readonly name?: string | undefined;
  readonly issuers: readonly WalletIssuerOptions[];
  /**
   * Where a phone's browser hands the QR's text over to the app: an https universal or app link
   * with `{text}` in it. Without one the phone page says to open the app and scan.
   */
  readonly app_link?: string | undefined;
  /** Where people get the app. */
  readonly install_url?: string | undefined;
  /** `<team id>.<bundle id>`: served in `/.well-known/apple-app-site-association`. */
  readonly ios_app_ids?: readonly string[] | undefined;
  /** Served in `/.well-known/assetlinks.json`. */
  readonly android_apps?: readonly AndroidApp[] | undefined;
}

/** The options with their defaults, checked. */
export interface ResolvedWalletOptions {
  readonly id: string;
  readonly name: string;
  readonly issuers: readonly WalletIssuerOptions[];
  readonly app_link?: string | undefined;
  readonly install_url?: string | undefined;
  readonly ios_app_ids: readonly string[];
  readonly android_apps: readonly AndroidApp[];
}

const url = z
  .string()
  .max(1024)
  .refine(
    (text) => /^https?:\/\//.test(text) && isSecureAddress(URL.parse(text)),
    'must be an https URL (http only on a loopback host)',
  );

const schema: z.ZodType<ResolvedWalletOptions> = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z][a-z0-9_-]{0,31}$/, 'must be 1 to 32 of a-z, 0-9, _ and -, beginning with a letter')
    .default('wallet'),
  name: z.string().min(1).max(40).default('Wallet'),
  issuers: z
    .array(
      z.strictObject({
        issuer: url,
        client_ids: z.array(z.string().min(1).max(128)).min(1),
        allowedHosts: allowedHosts.optional(),
        jwks_uri: url.optional(),
        userinfo_endpoint: url.optional(),
      }),
    )
    .min(1),
  app_link: url.refine((text) => text.includes('{text}'), 'must contain {text}').optional(),
  install_url: url.optional(),
  ios_app_ids: z.array(z.string().regex(/^[A-Z0-9]{10}\.[\w.-]+$/, 'must be <team id>.<bundle id>')).default([]),
  android_apps: z
    .array(
      z.strictObject({
        package_name: z.string().regex(/^[A-Za-z]\w*(\.[A-Za-z]\w*)+$/, 'must be an Android package name'),
        sha256_cert_fingerprints: z
          .array(
            z.string().regex(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/, 'must be 32 upper-case hex bytes joined by colons'),
          )
          .min(1),
      }),
    )
    .default([]),
});

export function resolveWalletOptions(
  options: WalletOptions,
):
  | { readonly ok: true; readonly options: ResolvedWalletOptions }
  | { readonly ok: false; readonly issues: readonly { path: string; message: string }[] } {
  const result = schema.safeParse(options);
  if (result.success) return { ok: true, options: result.data };
  return {
    ok: false,
    issues: result.error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => ({ path: [...issue.path, key].join('.'), message: 'is not a known setting' }))
        : [{ path: issue.path.join('.'), message: issue.message }],
    ),
  };
}
