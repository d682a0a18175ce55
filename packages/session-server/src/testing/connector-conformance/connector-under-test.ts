import type { ConnectorConfig, UpstreamStarted } from '../../connectors/connector.ts';

/** A connector and the provider, or its stand-in, that it is held against. */
export interface ConnectorUnderTest {
  /** The connector's own function, such as `uaepass`. */
  readonly configure: (options: Readonly<Record<string, unknown>>) => ConnectorConfig;
  /** What it is configured with, every host a loopback one. Options that are left out are not looked at. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Options that are wrong in other ways than their type, and the field that must be named. */
  readonly mistakes: readonly { readonly path: string; readonly changes: Readonly<Record<string, unknown>> }[];
  /** Of `options` and of the provider: they may be in no error, log line, QR code or link. */
  readonly secrets: readonly string[];
  readonly person: Person;
  /** Whether the provider answers id_tokens: the suite then makes them wrong by itself. */
  readonly id_tokens: boolean;
  /** What else the provider can be made to lie about. */
  readonly lies: readonly Lie[];
  /** Why there is no lie of a kind, where neither `lies` nor an id_token has one. */
  readonly impossible: Readonly<Partial<Record<LieKind, string>>>;
  /** Endpoints (`GET /path`) that stand in for each other: they fail together, or the sign-in may go on. */
  readonly substitutes?: RegExp;
  /** Why ending ours reaches no provider, where it does not: only for sessions of the provider's own. */
  readonly uncancelled?: string;
  /** Why one failure of a call that only reads may cost the sign-in, where it may. */
  readonly unretried?: string;
  /** A genuine delivery to the webhook. */
  readonly delivery?: () => Promise<Delivery>;
  /** Where what the stand-in does is written: documents, addresses. At least one. */
  readonly sources: readonly string[];
  /** Puts the stand-in right before each case. */
  readonly reset?: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface Delivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The person who signs in, at the provider. */
export type Person =
  /** For wallets: an access token of theirs. */
  | { readonly kind: 'wallet'; readonly token: () => Promise<string> }
  /** For providers that redirect: goes to `location`, decides there, and says where the browser was sent. */
  | { readonly kind: 'redirect'; readonly answer: (location: string, decision: Decision) => Promise<string> }
  /** For providers with a session of their own: scans or taps, and decides. Rejects where the provider does not let them. */
  | {
      readonly kind: 'upstream';
      readonly answer: (started: UpstreamStarted, decision: Decision) => Promise<unknown>;
      /** Ends the session at the provider before anybody decided. */
      readonly expire: () => Promise<unknown>;
    };
export type Decision = 'approve' | 'decline';

export const LIE_KINDS = ['forged', 'expired', 'replayed', 'wrong audience'] as const;
export type LieKind = (typeof LIE_KINDS)[number];

/** Something that makes the provider's next answer one that must not be believed. */
export interface Lie {
  readonly kind: LieKind;
  readonly name: string;
  /** Called before the sign-in begins. */
  readonly before?: () => Promise<unknown>;
  /** Called when the person has answered, before the connector hears of it. */
  readonly during?: () => Promise<unknown>;
  /** Changes what an endpoint (`GET /path`) answers. */
  readonly rewrite?: (endpoint: string, answer: unknown) => unknown;
}
