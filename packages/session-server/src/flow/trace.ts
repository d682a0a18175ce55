import { isConnectorError } from '../connectors/connector.ts';
import { networkReasonOf } from '../outbound/network-reason.ts';
import type { Session } from '../session/index.ts';
import { FlowError } from './flow-error.ts';

/** What connects a sign-in with the requests that make it, for the log and for its story. */
export interface Trace {
  /** A request has found this session, or begun it. */
  met(session: Session, how: 'found' | 'begun'): void;
  /** The id of the request that works on this session right now; null where none does. */
  requestOf(session_id: string): string | null;
}

export const NO_TRACE: Trace = { met: () => undefined, requestOf: () => null };

/** Why something failed, as a story has it. */
export interface Why {
  /** A code of a closed list. */
  readonly reason: string;
  /** In our own words, for the operator. */
  readonly detail: string | null;
}

/** Most characters of a detail, in a story and of a refusal. */
export const DETAIL_LIMIT = 300;

/** A provider's failure by its cause on the network, where it has one; anything unforeseen as `server_error`. */
export function whyOf(error: unknown): Why {
  if (isConnectorError(error))
    return { reason: networkReasonOf(error) ?? error.code, detail: error.detail.slice(0, DETAIL_LIMIT) };
  if (error instanceof FlowError) return { reason: error.reason ?? error.code, detail: null };
  return { reason: 'server_error', detail: null };
}
