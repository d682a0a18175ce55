import type { Kind, Row, Store } from '../store/store.ts';
import type { Timers } from './timers-port.ts';

export interface KeptLease {
  readonly store: Pick<Store, 'renewLease'>;
  readonly timers: Pick<Timers, 'sleep'>;
  readonly kind: Kind;
  /** Whose lease it is; its `leased` is the row with the lease that it has now. */
  readonly holder: { leased: Pick<Row, 'id' | 'due_at'> };
  readonly lease_ms: number;
  readonly every_ms: number;
  /** Ends the renewals. */
  readonly over: AbortSignal;
  /** Another holder has the row, or it is gone. */
  readonly onLost: () => void;
}

/** Renews a lease every `every_ms` until `over` aborts. */
export async function keepLease(lease: KeptLease): Promise<void> {
  const { store, timers, kind, holder, lease_ms, every_ms, over } = lease;
  for (;;) {
    await timers.sleep(every_ms, over);
    if (over.aborted) return;
    // A store that fails once may be there in time for the next try.
    const due_at = await store.renewLease(kind, holder.leased, lease_ms).catch(() => holder.leased.due_at);
    if (due_at === null) lease.onLost();
    else holder.leased = { ...holder.leased, due_at };
  }
}
