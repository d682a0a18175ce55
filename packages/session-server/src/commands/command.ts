/** Where a command reads and writes: the process's own in `run-cli.ts`, a test's in a test. */
export interface CommandIo {
  readonly folder: string;
  readonly out: (line: string) => void;
  /** How many characters a line of the terminal has. Missing: what is printed goes to no terminal. */
  readonly columns?: number | undefined;
  readonly random: (size: number) => Uint8Array;
  /** Has `reload` called each time the process is told to read its configuration again, one after another. */
  readonly onReload: (reload: () => Promise<unknown>) => void;
  /** Resolves when the process is told to stop. */
  readonly stopped: Promise<unknown>;
}

export interface Command {
  readonly name: string;
  /** For the usage text, for example `start [--config FILE]`. */
  readonly synopsis: string;
  readonly summary: string;
  /** @throws UsageError for wrong words or flags */
  run(args: readonly string[], io: CommandIo): Promise<void>;
}

/** What was asked for was done, and found something wrong; the message says what. Exit code 1. */
export class FoundWrong extends Error {
  override readonly name = 'FoundWrong';
}

/** The words or flags are off; the message says which, and what to write. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
