/** What a log line says of an error. */
export interface ErrorFields {
  readonly name: string;
  readonly code: string | null;
  /** For the operator, where the error has one of its own. */
  readonly detail: string | null;
  /** Places in the code, innermost first. */
  readonly stack: readonly string[];
  readonly cause: ErrorFields | null;
}

const STACK_LINES = 12;
const CAUSES = 3;
const TEXT_LIMIT = 512;
/** A class's name and Node's `[ERR_…]` before the message. */
const HEAD_LIMIT = 128;

/**
 * An error by name, code and stack. Never by its message: Node's and V8's messages quote the value
 * that was wrong ("Unexpected token … in JSON", "Received type string ('…')"), a `fetch` failure
 * its URL, an upstream's error whatever it pleases. What an operator should read is in `detail`,
 * written by the thrower.
 */
export function errorFields(error: unknown, depth = 0): ErrorFields {
  if (!(error instanceof Error)) return { name: typeof error, code: null, detail: null, stack: [], cause: null };
  const { code, detail } = error as { code?: unknown; detail?: unknown };
  return {
    name: word(error.name) ?? 'Error',
    code: word(code),
    detail: typeof detail === 'string' ? detail.slice(0, TEXT_LIMIT) : null,
    stack: places(error),
    cause: error.cause === undefined || depth >= CAUSES ? null : errorFields(error.cause, depth + 1),
  };
}

/** A name or code is one short word; what is not cannot be told from text from elsewhere. */
function word(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && /^[\w.-]{1,64}$/.test(value) ? value : null;
}

/** The stack without its head, which is the message, however many lines that has. */
function places(error: Error): readonly string[] {
  if (typeof error.stack !== 'string') return [];
  // A stack is written when the error is made: a message that changed later stands elsewhere or not at all.
  const start = error.stack.indexOf(error.message);
  if (start < 0 || start > HEAD_LIMIT) return [];
  return error.stack
    .slice(start + error.message.length)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
    .slice(0, STACK_LINES)
    .map((line) => line.slice(3, TEXT_LIMIT));
}
