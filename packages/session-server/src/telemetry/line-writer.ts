export interface LineWriter {
  /** Takes one line, its line feed included. */
  add(line: string): void;
  /** Writes what is waiting. */
  flush(): void;
  /** The process ends: writes what is waiting, and what comes from here on at once. */
  end(): void;
}

export interface LineWriterOptions {
  /** Takes any number of lines. What it throws is thrown to the caller. */
  readonly write: (lines: string) => void;
  /** Calls `run` once everything else that waits for the process has had a turn. */
  readonly soon: (run: () => void) => void;
}

/** So many characters are written without waiting for the turn to end: a burst takes no more memory. */
const MOST = 65_536;

/**
 * Writes the lines of one turn of the event loop together, in their order: a call to the system costs more than the line, and
 * many requests end in one turn.
 */
export function createLineWriter({ write, soon }: LineWriterOptions): LineWriter {
  let waiting = '';
  let isPlanned = false;
  let isOver = false;

  const flush = (): void => {
    if (waiting === '') return;
    const lines = waiting;
    // Before writing: what fails is not tried again, and not in the way of what comes next.
    waiting = '';
    write(lines);
  };
  const planned = (): void => {
    isPlanned = false;
    try {
      flush();
    } catch {
      // As with a single line: a full disk or a closed pipe must not end a sign-in.
    }
  };
  return {
    add(line) {
      waiting += line;
      if (isOver || waiting.length >= MOST) flush();
      else if (!isPlanned) {
        isPlanned = true;
        soon(planned);
      }
    },
    flush,
    end() {
      isOver = true;
      flush();
    },
  };
}
