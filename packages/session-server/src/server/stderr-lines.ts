import { systemTimers } from '../jobs/index.ts';
import { type LineWriter, createLineWriter } from '../telemetry/index.ts';

/** One for all servers of this process, made when the first line comes: they share the stream, and so their order. */
let writer: LineWriter | null = null;

/** Where log lines go when no other place is named. */
export function writeToStderr(line: string): void {
  writer ??= openStderr();
  writer.add(line);
}

function openStderr(): LineWriter {
  const opened = createLineWriter({
    write: (lines) => void process.stderr.write(lines),
    soon: (run) => void systemTimers.yieldTurn().then(run),
  });
  // Also where the app around us calls `process.exit`.
  process.once('exit', () => opened.end());
  // Node prints an uncaught error afterwards, so that it is the last thing to be read.
  process.on('uncaughtExceptionMonitor', () => opened.flush());
  return opened;
}
