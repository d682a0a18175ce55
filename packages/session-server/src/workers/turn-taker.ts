import type { WriteTurns } from '../store/write-turns.ts';
import type { FromWorker } from './messages.ts';

export interface TurnTaker extends WriteTurns {
  /** The primary process says whether it is another worker's turn. */
  hear(othersTurn: boolean): void;
}

/** A worker's part in sharing the store's file. */
export function createTurnTaker(send: (message: FromWorker) => void): TurnTaker {
  let othersTurn = false;
  return {
    get othersTurn() {
      return othersTurn;
    },
    ask() {
      send({ type: 'turn_wanted' });
      return () => send({ type: 'turn_over' });
    },
    locked: () => send({ type: 'locked' }),
    hear(now) {
      othersTurn = now;
    },
  };
}
