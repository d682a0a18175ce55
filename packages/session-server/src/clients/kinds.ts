import { type KindOf, kindOf } from '../store/kinds.ts';

/** A client that was registered while the server ran. */
export interface StoredClient {
  /** Its members as they were written, checked, without secrets and without what ends by itself. */
  readonly registration: Readonly<Record<string, unknown>> & { readonly client_id: string };
  /** Those that count, oldest first: none for a public client, two while one is rotated. */
  readonly secrets: readonly StoredSecret[];
  /** Addresses that count until a time: of a preview deployment, for example. */
  readonly temporary: readonly TemporaryAddress[];
  /** The number of the next secret: none is used twice. */
  readonly next_secret: number;
  /** Ms since the epoch. */
  readonly created_at: number;
  readonly changed_at: number;
}

export interface StoredSecret {
  /** By which it is removed. */
  readonly n: number;
  /** SHA-256, base64url. */
  readonly hash: string;
  /** Ms since the epoch. */
  readonly added_at: number;
  /** Ms since the epoch: the first ms at which it counts no more; null for no end. */
  readonly until: number | null;
}

/** The members that may have addresses with an end. */
export type TemporaryMember = 'redirect_uris' | 'allowed_origins' | 'post_logout_redirect_uris';

export interface TemporaryAddress {
  readonly member: TemporaryMember;
  readonly value: string;
  /** Ms since the epoch: the first ms at which it counts no more. */
  readonly until: number;
}

/** What is switched off; a row that is there says so. */
export interface StoredSwitch {
  readonly what: SwitchedThing;
  readonly id: string;
  /** Ms since the epoch. */
  readonly at: number;
  /** The operator's token, or their way in. */
  readonly by: string;
  /** In the operator's own words. */
  readonly reason: string | null;
}

export type SwitchedThing = 'client' | 'connector';

/** What each process looks at, to know whether anything changed: its version is one more with each change. */
export interface ClientsHead {
  /** The last changes: a process that knows all before them reads these alone. */
  readonly recent: readonly ClientsChange[];
  /** Clients that are stored. */
  readonly clients: number;
}

export interface ClientsChange {
  /** The head's version with it. */
  readonly version: number;
  readonly what: 'registration' | SwitchedThing;
  readonly id: string;
}

/** `clients.{client_id}`: all rows of these three kinds lie in one partition, so that one commit moves the head. */
export const REGISTERED_CLIENT: KindOf<StoredClient> = kindOf('registered_client');
/** `clients.switch.{what}.{id}` */
export const SWITCH: KindOf<StoredSwitch> = kindOf('switch');
/** One row, `clients.head`. */
export const CLIENTS_HEAD: KindOf<ClientsHead> = kindOf('clients_head');
