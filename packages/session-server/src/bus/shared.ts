import type { Timers } from '../jobs/index.ts';
import type { Bus } from './bus.ts';
import { createInProcessBus } from './in-process.ts';
import { type Told, createOutbox } from './outbox.ts';

/** Sessions that are looked at before everything else of the process has a turn. */
const SLICE = 100;

export interface SharedBus extends Bus {
  /** Another process says that there is something to look at. Resolves once every listener heard of it. */
  hear(told: Told): Promise<void>;
}

/**
 * The feed of a process that is one of several. Its own listeners are given the new session, as in one process. The
 * others are told its id alone: they look at the store, so that no message carries what a person is called, and none
 * can be older than what it leads to.
 * @param send hands a batch to the other processes; it never rejects
 */
export function createSharedBus(
  send: (told: Told) => Promise<void>,
  { yieldTurn }: Pick<Timers, 'yieldTurn'>,
): SharedBus {
  const own = createInProcessBus();
  const outbox = createOutbox(send);
  return {
    publish(change) {
      own.publish(change);
      outbox.add([change.session.id]);
    },
    wake(session_id) {
      own.wake(session_id);
      outbox.add([session_id]);
    },
    subscribe: (session_id, listener) => own.subscribe(session_id, listener),
    async hear(told) {
      const ids = told === 'all' ? own.listened() : told;
      for (let at = 0; at < ids.length; at += SLICE) {
        if (at > 0) await yieldTurn();
        for (const id of ids.slice(at, at + SLICE)) own.wake(id);
      }
    },
  };
}
