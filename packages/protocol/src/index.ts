/**
 * The wire contract that the widget and the session server both speak.
 *
 * Owns: statuses, the snapshot, the `beckon.v1` messages, error codes, and the guards that
 * recognise them in untrusted input. Depends on nothing and runs in any browser. Leaves to others:
 * how a snapshot comes about (session-server) and what is shown for it (widget).
 */
export {
  type ConnectorId,
  type ConnectorMark,
  type ConnectorOffer,
  type InstallLinks,
  type EndCause,
  type LiveStatus,
  type EndStatus,
  type Mode,
  type QrCode,
  type SessionHandle,
  type ShuffledQr,
  type Snapshot,
  type SnapshotError,
  type Status,
  type TimedQr,
  type Verification,
  END_CAUSES,
  END_STATUSES,
  MODES,
  QR_LIMIT,
  STATUSES,
  isEnd,
  isSnapshot,
} from './snapshot.ts';
export {
  type ClientMessage,
  type ServerMessage,
  CLOSE_CODES,
  MESSAGE_LIMIT_BYTES,
  SUBPROTOCOL,
  parseClientMessage,
  parseServerMessage,
} from './messages.ts';
export { type ErrorBody, type ErrorCode, ERROR_STATUS, isErrorBody } from './errors.ts';
export {
  type BridgeMessage,
  type GuestMessage,
  type HostMessage,
  BRIDGE_CHANNEL,
  parseGuestMessage,
  parseHostMessage,
} from './bridge.ts';
