/**
 * What providers tell us, once a connector has found it genuine, and what websites are told. Owns that each event is acted
 * upon once, the outbox of news that websites are owed, and sending it. Depends on the store and on keyed hashes. Leaves the route and its
 * limits to `http`, verifying to the connector, and ending grants to `oauth`.
 */
export { type DeliveryReader, type Webhooks, type WebhooksDependencies, createWebhooks } from './webhooks.ts';
export { owed, type WebhookData } from './outbox.ts';
export { createSending, type SendingDependencies } from './sending.ts';
