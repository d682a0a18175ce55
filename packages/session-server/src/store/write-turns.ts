/** The queue of a server's processes for one file. A courtesy: SQLite's own lock is what keeps two from writing at once. */
export interface WriteTurns {
  /** Another process waits: a write joins the queue, and does not try ahead of it. */
  readonly crowded: boolean;
  /** Resolves when it is this process's turn, with what ends that. */
  take(): Promise<() => void>;
  /** This process has its turn, and the file has been locked for a second: one that stands still may hold it. */
  locked(): void;
}
