import type { KeyObject } from 'node:crypto';
import type { InstallLinks, Mode } from '@beckon/protocol';
import { z } from 'zod';
import type { LocalizedText, MarkOptions } from '../connector.ts';
import type { MapClaims } from '../shared/mapped-claims.ts';
import {
  baseAddress,
  type Checked,
  type CheckedOptions,
  checkOptions,
  connectorId,
  type InstallUrl,
  installUrl,
  localizedText,
  mapClaims,
  privateRsaKey,
  RSA_BITS,
} from '../shared/option-schemas.ts';
import { CLAIM_NAME, DEFAULT_CLAIMS } from './catalogue.ts';

/** Where pasby's endpoints lie under `baseUrl`. */
export interface PasbyPaths {
  /** Default `/api/{version}/identification/wildcard`. */
  readonly wildcard: string;
  /** Default `/api/{version}/identification/same-device`. */
  readonly sameDevice: string;
  /** Default `/api/{version}/identification/different-device`. */
  readonly differentDevice: string;
  /** Only with `version: 'v1'`. Default `/api/v1/flow/authorize`. */
  readonly authorize: string;
  /** Default `/api/v2/flow/ping`. */
  readonly ping: string;
  /** Default `/api/v2/flow/sse`. */
  readonly stream: string;
  /** Default `/api/v2/flow/cancel`. */
  readonly cancel: string;
}

export interface PasbyOptions extends MarkOptions {
  /** Part of `sub`: fixed once set. Default `pasby`. */
  readonly id?: string | undefined;
  /** What people call the app. Default `pasby`. */
  readonly names?: LocalizedText | undefined;
  /** Where people get the app: one address, or one for each kind of device. Default: not known. */
  readonly installUrl?: InstallUrl | undefined;
  /** `bk-test_…` in the sandbox, `bk-live_…` in production. */
  readonly apiKey: string | undefined;
  /** `snb_…` in the sandbox, `prd_…` in production. */
  readonly appSecret: string | undefined;
  /** The app's RSA private key, PEM (PKCS#8 or PKCS#1), from its service file: claims come encrypted for it. */
  readonly privateKey: string | undefined;
  /** Default `v2`. */
  readonly version?: 'v1' | 'v2' | undefined;
  /** Default `https://l.pasby.africa` where `apiKey` begins with `bk-live_`, else `https://s.pasby.africa`. */
  readonly baseUrl?: string | undefined;
  readonly paths?: Partial<PasbyPaths> | undefined;
  /** The app's id, `app_…`. Where it is given, requests must be made for it. Needed for mode `direct` with `version: 'v1'`. */
  readonly app?: string | undefined;
  /** The organisation's id, `bcn_…`. As `app`. */
  readonly organisation?: string | undefined;
  /**
   * Default all three: `qr` (wildcard), `same_device`, `direct` (different device). pasby grants the
   * scope for `direct` (`identification:another`) only on request since October 2024.
   */
  readonly modes?: readonly Mode[] | undefined;
  /**
   * Which ID claims (`group.name`) may be asked for. A sign-in asks for those that the granted scopes
   * cover; what no standard scope covers is asked for with the scope that is named like this connector.
   * Default: names, birth, gender, contact, address and nationality.
   */
  readonly claims?: readonly string[] | undefined;
  /**
   * What people read in the app besides the website and what for, which it always says (`Sign in to {client}`);
   * `{client}` is the relying party's name. At most 200 characters. Default: nothing more.
   */
  readonly payload?: string | undefined;
  /** How many QR codes one sign-in has: 1 to 10, default 5. */
  readonly seeds?: number | undefined;
  /** pasby's limit for one egress address. Default 100. */
  readonly requestsPerMinute?: number | undefined;
  /** Names the address that pasby sees: nodes of the same name share its limit. Default `default`. */
  readonly egress?: string | undefined;
  /** Replaces the mapping of ID claims to OpenID Connect's. Gets them decrypted, as `{ group: { name: value } }`. */
  readonly mapClaims?: MapClaims | undefined;
}

export type ResolvedPasbyOptions = Checked<
  Omit<PasbyOptions, 'privateKey' | 'paths' | 'installUrl'>,
  'app' | 'organisation' | 'payload' | 'mapClaims'
> & {
  readonly privateKey: KeyObject;
  readonly installUrl?: InstallLinks | undefined;
  readonly paths: PasbyPaths;
};

const SANDBOX = 'https://s.pasby.africa';
const PRODUCTION = 'https://l.pasby.africa';

const credential = z.string().regex(/^[\x21-\x7e]{1,512}$/, 'must be 1 to 512 printable characters without spaces');
const identifier = z.string().regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 printable characters without spaces');
const path = z.string().regex(/^\/[\w./~-]{0,256}$/, 'must be a path that begins with /');
const privateKey = z.string().transform((pem, check): KeyObject => {
  const key = privateRsaKey(pem);
  if (key !== null) return key;
  check.addIssue(`must be an RSA private key in PEM of at least ${RSA_BITS} bits, without a passphrase`);
  return z.NEVER;
});
const mode: z.ZodType<Mode> = z.enum(['qr', 'same_device', 'direct']);

const schema: z.ZodType<ResolvedPasbyOptions> = z
  .strictObject({
    id: connectorId.default('pasby'),
    names: localizedText.default({ en: 'pasby' }),
    installUrl: installUrl.optional(),
    apiKey: credential,
    appSecret: credential,
    privateKey,
    version: z.enum(['v1', 'v2']).default('v2'),
    baseUrl: baseAddress.optional(),
    paths: z
      .strictObject({
        wildcard: path,
        sameDevice: path,
        differentDevice: path,
        authorize: path,
        ping: path,
        stream: path,
        cancel: path,
      })
      .partial()
      .default({}),
    app: identifier.optional(),
    organisation: identifier.optional(),
    modes: z.array(mode).min(1).default(['qr', 'same_device', 'direct']),
    claims: z
      .array(z.string().regex(CLAIM_NAME, 'must be group.name, for example naming.family'))
      .min(1)
      .max(64)
      .default([...DEFAULT_CLAIMS]),
    payload: z.string().trim().min(1).max(200).optional(),
    seeds: z.int().min(1).max(10).default(5),
    requestsPerMinute: z.int().min(10).max(100_000).default(100),
    egress: z
      .string()
      .regex(/^[\w.:-]{1,64}$/, 'must be 1 to 64 of A-Z, a-z, 0-9, _ . : -')
      .default('default'),
    mapClaims: mapClaims.optional(),
  })
  .superRefine(({ version, modes, app, organisation, apiKey, appSecret }, check) => {
    if (version === 'v1' && modes.includes('direct')) {
      const message = 'is needed for mode direct of v1';
      if (app === undefined) check.addIssue({ code: 'custom', path: ['app'], message });
      if (organisation === undefined) check.addIssue({ code: 'custom', path: ['organisation'], message });
    }
    const key = realmOf(apiKey, 'bk-test_', 'bk-live_');
    const secret = realmOf(appSecret, 'snb_', 'prd_');
    if (key !== null && secret !== null && key !== secret)
      check.addIssue({ code: 'custom', path: ['appSecret'], message: `is of ${secret}, but apiKey of ${key}` });
  })
  .transform(({ baseUrl, paths, ...rest }): ResolvedPasbyOptions => ({
    ...rest,
    modes: [...new Set(rest.modes)],
    claims: [...new Set(rest.claims)],
    baseUrl: baseUrl ?? (rest.apiKey.startsWith('bk-live_') ? PRODUCTION : SANDBOX),
    paths: { ...defaultPaths(rest.version), ...given(paths) },
  }));

export function resolvePasbyOptions(options: PasbyOptions): CheckedOptions<ResolvedPasbyOptions> {
  return checkOptions(schema, options);
}

/** What becomes of a request is asked of v2 alone: v1 has no ping and no stream. */
function defaultPaths(version: 'v1' | 'v2'): PasbyPaths {
  const identification = `/api/${version}/identification`;
  return {
    wildcard: `${identification}/wildcard`,
    sameDevice: `${identification}/same-device`,
    differentDevice: `${identification}/different-device`,
    authorize: '/api/v1/flow/authorize',
    ping: '/api/v2/flow/ping',
    stream: '/api/v2/flow/sse',
    cancel: '/api/v2/flow/cancel',
  };
}

function given(paths: { readonly [P in keyof PasbyPaths]?: string | undefined }): Partial<PasbyPaths> {
  return Object.fromEntries(Object.entries(paths).filter(([, value]) => value !== undefined));
}

function realmOf(text: string, sandbox: string, production: string): string | null {
  if (text.startsWith(sandbox)) return 'the sandbox';
  return text.startsWith(production) ? 'production' : null;
}
