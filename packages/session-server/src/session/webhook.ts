/** What a website can be told of by a webhook. */
export const WEBHOOK_TYPES = [
  'user.signed_in',
  'user.declined',
  'session.revoked',
  'consent.revoked',
  'client.changed',
] as const;
export type WebhookType = (typeof WEBHOOK_TYPES)[number];

/** Where a client hears of what happens, and how it knows that it was us. */
export interface ClientWebhook {
  /** https, or http on a loopback host. */
  readonly uri: string;
  /** `whsec_` and base64 of 24 to 64 bytes: one, or two while rotating. Each signs. */
  readonly secrets: readonly string[];
  readonly events: readonly WebhookType[];
}
