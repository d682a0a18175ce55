/**
 * How the processes of one server share a file fairly. A courtesy: SQLite's own lock is what keeps two from writing at
 * once, and a process that does not take part still finds the file free between two commits.
 */
export interface WriteTurns {
  /** Another process has waited for long, and it is its turn: this one leaves the file free for a moment before each write. */
  readonly othersTurn: boolean;
  /** This process has waited for long: in its turn the others leave the file free for it. Answers what ends the turn, once it has written. */
  ask(): () => void;
  /** The file has been locked for a second: a process that stands still may hold it. */
  locked(): void;
}
