/**
 * Plans of the OpenID Foundation's conformance suite for an OpenID Provider, with every module that each runs, in its
 * order. Read from https://gitlab.com/openid/conformance-suite at commit 12f2a4dac (20 August 2026).
 */
export interface Plan {
  /** The certification profile that it proves. */
  readonly profile: string;
  /** The suite's name of the plan. */
  readonly name: string;
  readonly modules: readonly string[];
  readonly ends: Tally;
}

/** How many modules of a plan end in each way here. docs/conformance.md has the same numbers. */
export interface Tally {
  readonly passes: number;
  readonly skipped: number;
  readonly fails: number;
}

const BASIC = [
  'oidcc-server',
  'oidcc-response-type-missing',
  'oidcc-idtoken-signature',
  'oidcc-idtoken-unsigned',
  'oidcc-userinfo-get',
  'oidcc-userinfo-post-header',
  'oidcc-userinfo-post-body',
  'oidcc-ensure-request-without-nonce-succeeds-for-code-flow',
  'oidcc-scope-profile',
  'oidcc-scope-email',
  'oidcc-scope-address',
  'oidcc-scope-phone',
  'oidcc-scope-all',
  'oidcc-alternate-happy-flow',
  'oidcc-display-page',
  'oidcc-display-popup',
  'oidcc-prompt-login',
  'oidcc-prompt-none-not-logged-in',
  'oidcc-prompt-none-logged-in',
  'oidcc-max-age-1',
  'oidcc-max-age-10000',
  'oidcc-ensure-request-with-unknown-parameter-succeeds',
  'oidcc-id-token-hint',
  'oidcc-login-hint',
  'oidcc-ui-locales',
  'oidcc-claims-locales',
  'oidcc-ensure-request-with-acr-values-succeeds',
  'oidcc-codereuse',
  'oidcc-codereuse-30seconds',
  'oidcc-ensure-registered-redirect-uri',
  'oidcc-ensure-post-request-succeeds',
  'oidcc-server-client-secret-post',
  'oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported',
  'oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported',
  'oidcc-claims-essential',
  'oidcc-ensure-request-object-with-redirect-uri',
  'oidcc-refresh-token',
  'oidcc-ensure-request-with-valid-pkce-succeeds',
] as const;
export type BasicModule = (typeof BASIC)[number];

export const BASIC_OP = {
  profile: 'Basic OP',
  name: 'oidcc-basic-certification-test-plan',
  modules: BASIC,
  ends: { passes: 32, skipped: 3, fails: 3 },
} as const satisfies Plan;

/** The modules of Basic OP, with `response_mode=form_post`. */
export const FORM_POST_OP = {
  profile: 'Form Post OP',
  name: 'oidcc-formpost-basic-certification-test-plan',
  modules: BASIC,
  ends: { passes: 32, skipped: 3, fails: 3 },
} as const satisfies Plan;

export const CONFIG_OP = {
  profile: 'Config OP',
  name: 'oidcc-config-certification-test-plan',
  modules: ['oidcc-discovery-endpoint-verification'],
  ends: { passes: 1, skipped: 0, fails: 0 },
} as const satisfies Plan;

export const RP_INITIATED_OP = {
  profile: 'RP-Initiated OP',
  name: 'oidcc-rp-initiated-logout-certification-test-plan',
  modules: [
    'oidcc-rp-initiated-logout-discovery-endpoint-verification',
    'oidcc-rp-initiated-logout',
    'oidcc-rp-initiated-logout-bad-post-logout-redirect-uri',
    'oidcc-rp-initiated-logout-modified-id-token-hint',
    'oidcc-rp-initiated-logout-no-id-token-hint',
    'oidcc-rp-initiated-logout-no-params',
    'oidcc-rp-initiated-logout-no-post-logout-redirect-uri',
    'oidcc-rp-initiated-logout-no-state',
    'oidcc-rp-initiated-logout-only-state',
    'oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri',
    'oidcc-rp-initiated-logout-bad-id-token-hint',
  ],
  ends: { passes: 11, skipped: 0, fails: 0 },
} as const satisfies Plan;

export const BACK_CHANNEL_OP = {
  profile: 'Back-Channel OP',
  name: 'oidcc-backchannel-rp-initiated-logout-certification-test-plan',
  modules: ['oidcc-backchannel-logout-discovery-endpoint-verification', 'oidcc-backchannel-rp-initiated-logout'],
  ends: { passes: 2, skipped: 0, fails: 0 },
} as const satisfies Plan;
