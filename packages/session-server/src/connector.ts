/**
 * `@beckon/session-server/connector`: the contract of connectors, by name, to write one in a package of one's own.
 * `connectorConformance` of `@beckon/session-server/testing` holds a connector against it.
 */
export {
  type AndroidApp,
  type Budget,
  type Connector,
  type ConnectorConfig,
  type ConnectorContext,
  ConnectorError,
  type ConnectorErrorCode,
  type ConnectorIssue,
  type LocalizedText,
  type LogoutCapability,
  type Mark,
  type MarkOptions,
  NO_CAPABILITIES,
  type Picture,
  type RedirectBegun,
  type RedirectCallback,
  type RedirectCapability,
  type RedirectOutcome,
  type RedirectStart,
  type Requester,
  type TokenCapability,
  type UpstreamCapability,
  type UpstreamRequest,
  type UpstreamStart,
  type UpstreamStarted,
  type UpstreamStatus,
  type UpstreamTokens,
  type WalletCapability,
  type WalletHolder,
  type WebhookCapability,
  type WebhookEvent,
  isConnectorError,
} from './connectors/connector.ts';
export { type CheckedOptions, type ConnectorDefinition, defineConnector } from './connectors/define-connector.ts';
export type { Timers } from './jobs/timers-port.ts';
export type { NetworkReason } from './outbound/network-reason.ts';
export type { Identity } from './session/index.ts';
export type { InstallLinks, Mode } from '@beckon/protocol';
