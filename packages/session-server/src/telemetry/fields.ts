/**
 * Every field that a log line may have. The list is closed: what is not on it is dropped at run
 * time too, so that no secret gets in by spreading an object. A new field is a line here, and the
 * question whether its value can ever be a secret, a code, a token, QR text, an identifier or a
 * claim. Values are one line of text, a number, a boolean or null; longer text is cut.
 */
export interface LogFields {
  readonly request_id?: string | undefined;
  readonly method?: string | undefined;
  /** The route's pattern, `/session/:id/status`; never the path, which names sessions. */
  readonly route?: string | undefined;
  readonly status?: number | undefined;
  readonly duration_ms?: number | undefined;
  readonly client_id?: string | undefined;
  readonly connector?: string | undefined;
  /** Of a session: `qr`, `same_device`, `direct`. */
  readonly mode?: string | undefined;
  /** A session id: the logger writes a keyed hash of it, so that lines of one session can be found. */
  readonly session?: string | undefined;
  /** What `addressPrefix` makes of a client address. */
  readonly address_prefix?: string | undefined;
  /** A web origin. */
  readonly origin?: string | undefined;
  /** A code of the wire contract or of OAuth. */
  readonly error?: string | undefined;
  /** Why, of a closed list: what an end is put down to, or the cause of a call that failed. */
  readonly reason?: string | undefined;
  /** How a sign-in ended: `completed`, `declined`, `expired`, `cancelled`, `failed`. */
  readonly outcome?: string | undefined;
  /** How long a session was in each status, in ms. */
  readonly initialized_ms?: number | undefined;
  readonly retrieved_ms?: number | undefined;
  readonly confirmed_ms?: number | undefined;
  /** For the operator: what went wrong, in our words, with nothing in it that an upstream or a client sent, but a page's origin. */
  readonly detail?: string | undefined;
  /** The name of a limit, a setting, a file of ours. */
  readonly name?: string | undefined;
  /** A row's kind in the store. */
  readonly kind?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly version?: string | number | undefined;
  readonly count?: number | undefined;
  readonly limit?: number | undefined;
  readonly attempt?: number | undefined;
  readonly close_code?: number | undefined;
  /** Where this server listens. */
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** This server's process id: where a signal goes. */
  readonly pid?: number | undefined;
  readonly issuer?: string | undefined;
  /** Which of a server's processes writes the line, or which it is about; from 1 on. Missing: a process alone, or the primary one. */
  readonly worker?: number | undefined;
}

export type LogField = keyof LogFields;

/** Most characters of a field's text. */
export const FIELD_LIMITS: Readonly<Record<LogField, number>> = {
  request_id: 64,
  method: 16,
  route: 128,
  status: 0,
  duration_ms: 0,
  client_id: 128,
  connector: 64,
  mode: 32,
  session: 128,
  address_prefix: 64,
  origin: 256,
  error: 64,
  reason: 64,
  outcome: 16,
  initialized_ms: 0,
  retrieved_ms: 0,
  confirmed_ms: 0,
  detail: 512,
  name: 64,
  kind: 64,
  from: 32,
  to: 32,
  version: 32,
  count: 0,
  limit: 0,
  attempt: 0,
  close_code: 0,
  host: 256,
  port: 0,
  pid: 0,
  issuer: 256,
  worker: 0,
};
