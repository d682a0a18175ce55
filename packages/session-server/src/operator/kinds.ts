import { type KindOf, kindOf } from '../store/kinds.ts';
import type { Operator } from './by.ts';

/** An act that takes many commits. It is a row from when it was asked for until the last of them, so that it is finished. */
export interface EndOrder {
  /** Whose access ends: a person's, by `Grant.person`, or that of all people at a client. */
  readonly of: { readonly person: string } | { readonly client_id: string };
  /** What was agreed to until then. Ms since the epoch. */
  readonly until: number;
  /** Whether the rows go as well. */
  readonly erase: boolean;
  readonly by: Operator;
}

/** By a text of whose access it is and an id of its own. Due once no process works on it. */
export const END_ORDER: KindOf<EndOrder> = kindOf('end_order');
