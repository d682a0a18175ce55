/**
 * What providers tell us, once a connector has found it genuine. Owns that each event is acted upon
 * once, and what was delivered. Depends on the store and on keyed hashes. Leaves the route and its
 * limits to `http`, verifying to the connector, and ending grants to `oauth`.
 */
export { type DeliveryReader, type Webhooks, type WebhooksDependencies, createWebhooks } from './webhooks.ts';
