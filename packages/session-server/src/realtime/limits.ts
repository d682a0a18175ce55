/** Every limit of the WebSocket side. The contract fixes the first four; the others may be set. */
export const SOCKET_LIMITS = {
  /** From the upgrade to the first subscription that was let in, ms. */
  subscribe_ms: 5_000,
  /** Between two pings, ms. */
  ping_ms: 25_000,
  /** Pings in a row that may go unanswered; at the next one the socket is cut. */
  missed_pongs: 2,
  /** Live subscriptions of one socket. */
  subscriptions: 16,
  /** Messages from one socket per `messages_window_ms`. */
  messages: 120,
  messages_window_ms: 60_000,
  /** Sockets of this process. */
  sockets: 50_000,
  /**
   * Sockets of one network (/24, /64; a /48 has four times as many). 600 sign-ins a minute that are
   * each watched for two minutes are 1200.
   */
  sockets_per_network: 2_500,
  /** Sockets over the limits that are told so (4429) at a time; past that the upgrade gets 503. */
  refusals: 1_000,
  refusals_per_network: 50,
  /** Bytes that wait in this process for a slow reader; with more the socket is cut, not buffered for. */
  buffered_bytes: 65_536,
  /** From our close frame to cutting a peer that does not answer it, ms. */
  close_ms: 2_000,
} as const;
export type SocketLimits = { readonly [K in keyof typeof SOCKET_LIMITS]: number };
