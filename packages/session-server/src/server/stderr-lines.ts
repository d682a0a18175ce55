import { systemTimers } from '../jobs/index.ts';
import { type LineWriter, createLineWriter } from '../telemetry/index.ts';

/** So many bytes at a time a pipe takes as a whole, also where others write to it (`PIPE_BUF` of Linux). */
export const WHOLE_BYTES = 4_096;
let isShared = false;

/** Other processes write to the same stream: from here on each write is one that the system keeps together. */
export function shareStderr(): void {
  isShared = true;
}

/** One for all servers of this process, made when the first line comes: they share the stream, and so their order. */
let writer: LineWriter | null = null;

/** Where log lines go when no other place is named. */
export function writeToStderr(line: string): void {
  writer ??= openStderr();
  writer.add(line);
}

/** Writes what waits: so that what the process says next comes after it. */
export function flushStderr(): void {
  writer?.flush();
}

function openStderr(): LineWriter {
  const opened = createLineWriter({
    write(lines) {
      for (const piece of isShared ? piecesOf(lines, WHOLE_BYTES) : [lines]) process.stderr.write(piece);
    },
    soon: (run) => void systemTimers.yieldTurn().then(run),
  });
  // Also where the app around us calls `process.exit`.
  process.once('exit', () => opened.end());
  // Node prints an uncaught error afterwards, so that it is the last thing to be read.
  process.on('uncaughtExceptionMonitor', () => opened.flush());
  return opened;
}

/** Whole lines together, as many as fit into `most` bytes. */
export function piecesOf(lines: string, most: number): readonly string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const line of lines.split(/(?<=\n)/)) {
    if (piece !== '' && Buffer.byteLength(piece) + Buffer.byteLength(line) > most) {
      pieces.push(piece);
      piece = '';
    }
    piece += line;
  }
  return [...pieces, piece];
}
