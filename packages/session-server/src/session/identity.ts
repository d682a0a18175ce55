/** What people read, by BCP 47 language tag. */
export type LocalizedText = Readonly<Record<string, string>> & { readonly en: string };

/**
 * Who signed in, in one shape for every connector. Claims are OpenID Connect's standard ones
 * (Core §5.1) under their own names, plus the provider's own under its connector's name.
 */
export interface Identity {
  /** The upstream subject. Never leaves the server as it is: `sub` is derived from it. */
  readonly subject: string;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly acr: string | null;
  readonly amr: readonly string[];
  /** Unix seconds at which the person proved who they are; null when the provider does not say. */
  readonly auth_time: number | null;
}
