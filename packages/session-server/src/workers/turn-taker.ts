import type { WriteTurns } from '../store/write-turns.ts';
import type { FromWorker, ToWorker } from './messages.ts';

export interface TurnTaker extends WriteTurns {
  hear(message: Extract<ToWorker, { readonly type: 'turn' | 'crowded' }>): void;
}

/** A worker's part in the queue for the store's file. */
export function createTurnTaker(send: (message: FromWorker) => void): TurnTaker {
  let crowded = false;
  let wanted: PromiseWithResolvers<() => void> | null = null;
  return {
    get crowded() {
      return crowded;
    },
    take() {
      if (wanted === null) {
        wanted = Promise.withResolvers();
        send({ type: 'turn_wanted' });
      }
      return wanted.promise;
    },
    locked: () => send({ type: 'locked' }),
    hear(message) {
      if (message.type === 'crowded') {
        crowded = message.crowded;
        return;
      }
      const over = (): void => send({ type: 'turn_over', turn: message.turn });
      // Nothing waits any more.
      if (wanted === null) return over();
      wanted.resolve(over);
      wanted = null;
    },
  };
}
