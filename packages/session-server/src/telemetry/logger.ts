import { type ErrorFields, errorFields } from './error-fields.ts';
import { FIELD_LIMITS, type LogField, type LogFields } from './fields.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface Logger {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  /** `error` is written by name, code and stack; its message is not. */
  warn(event: string, fields?: LogFields, error?: unknown): void;
  error(event: string, fields?: LogFields, error?: unknown): void;
  /** A logger whose lines carry these fields too. */
  child(fields: LogFields): Logger;
}

/**
 * A logger of the embedding app, such as one of pino's: takes the fields of an event, then its name. `fields` is made for
 * this call, and holds only what `LogFields` lists, `dropped_fields`, and `err`.
 */
export interface LogTarget {
  debug(fields: object, event: string): unknown;
  info(fields: object, event: string): unknown;
  warn(fields: object, event: string): unknown;
  error(fields: object, event: string): unknown;
}

export interface LoggerOptions {
  /** Takes one line, its line feed included; for example `(line) => process.stderr.write(line)`. Or an app's own logger. */
  readonly to: ((line: string) => void) | LogTarget;
  /** Lines below it are not written. */
  readonly level: LogLevel | 'silent';
  /** Ms since the epoch. */
  readonly now: () => number;
  /** Characters of a line, past which an error in it says only where it was thrown. Default: no limit. */
  readonly longest?: number | undefined;
  /** Keyed hash of a session id; its first `SESSION_HASH_LENGTH` characters are written. */
  readonly fingerprint: (text: string) => string;
}

/** Lines of the stack of an error that has no room for more. */
const STACK_IN_SHORT = 4;
/** Most characters of an event's name. */
const EVENT_LIMIT = 128;
/** Characters of the hash that stands for a session in log lines. */
export const SESSION_HASH_LENGTH = 12;
/** Sessions whose hash is remembered: each is in some ten lines, which lie close together. */
const SESSIONS = 1_000;

/**
 * Writes JSON lines: `{"time","level","event", …fields, "err"?}`, or hands fields and event to an app's own logger.
 * `event` is a constant of the code, never made of data. Only the fields of `LogFields` are written; how many others were
 * dropped is told as `dropped_fields`. Logging never throws.
 */
export function createLogger(options: LoggerOptions): Logger {
  const least = options.level === 'silent' ? LOG_LEVELS.length : LOG_LEVELS.indexOf(options.level);
  const hashOf = remembered(SESSIONS, (id) => options.fingerprint(id).slice(0, SESSION_HASH_LENGTH));

  const safeValue = (name: LogField, value: unknown): Safe | undefined => {
    if (value === null || typeof value === 'boolean') return value;
    if (typeof value === 'number') return Number.isFinite(value) ? value : null;
    if (typeof value !== 'string') return undefined;
    if (name === 'session') return hashOf(value);
    const most = FIELD_LIMITS[name];
    return value.length > most ? `${value.slice(0, most)}…` : value;
  };

  /** Adds to `content` what may be written of the fields. */
  const addSafely = (content: Content, fields: LogFields): void => {
    let dropped = 0;
    for (const name of Object.keys(fields)) {
      const value = (fields as Readonly<Record<string, unknown>>)[name];
      if (value === undefined) continue;
      const one = isField(name) ? safeValue(name, value) : undefined;
      if (one === undefined) dropped += 1;
      else content[name] = one;
    }
    if (dropped > 0) content['dropped_fields'] = dropped;
  };

  const textOf = (content: Content): string => {
    const text = JSON.stringify(content);
    const { err } = content;
    if (text.length <= (options.longest ?? Number.POSITIVE_INFINITY) || !isError(err)) return text;
    return JSON.stringify({ ...content, err: { ...err, stack: err.stack.slice(0, STACK_IN_SHORT), cause: null } });
  };

  let writtenAt = Number.NaN;
  let time = '';
  /** Many lines are of one ms. */
  const timeText = (): string => {
    const at = options.now();
    if (at !== writtenAt) {
      time = new Date(at).toISOString();
      writtenAt = at;
    }
    return time;
  };

  const make = (bound: Content): Logger => {
    const line = (level: LogLevel, event: string, fields: LogFields | undefined, error: unknown): void => {
      if (LOG_LEVELS.indexOf(level) < least) return;
      const { to } = options;
      try {
        const name = event.slice(0, EVENT_LIMIT);
        const content: Content = typeof to === 'function' ? { time: timeText(), level, event: name } : {};
        Object.assign(content, bound);
        if (fields !== undefined) addSafely(content, fields);
        if (error !== undefined) content['err'] = fieldsOf(error);
        if (typeof to === 'function') to(`${textOf(content)}\n`);
        else void Promise.resolve(to[level](content, name)).catch(forget);
      } catch {
        // A full disk or a closed pipe must not end a sign-in.
      }
    };
    return {
      debug: (event, fields) => line('debug', event, fields, undefined),
      info: (event, fields) => line('info', event, fields, undefined),
      warn: (event, fields, error) => line('warn', event, fields, error),
      error: (event, fields, error) => line('error', event, fields, error),
      child(fields) {
        const content = { ...bound };
        addSafely(content, fields);
        return make(content);
      },
    };
  };
  return make({});
}

function isError(err: Content[string] | undefined): err is ErrorFields {
  return typeof err === 'object' && err !== null;
}

type Safe = string | number | boolean | null;
type Content = Record<string, Safe | ErrorFields>;

/** Makes each once, for as long as it is one of the last `most` that were new. */
function remembered(most: number, make: (of: string) => string): (of: string) => string {
  const known = new Map<string, string>();
  return (of) => {
    const found = known.get(of);
    if (found !== undefined) return found;
    const made = make(of);
    known.set(of, made);
    const [oldest] = known.keys();
    if (known.size > most && oldest !== undefined) known.delete(oldest);
    return made;
  };
}

function forget(): void {}

/** What was thrown may be anything, and throw again when it is read; that it was thrown is told all the same. */
function fieldsOf(error: unknown): ErrorFields {
  try {
    return errorFields(error);
  } catch {
    return errorFields(null);
  }
}

function isField(name: string): name is LogField {
  return Object.hasOwn(FIELD_LIMITS, name);
}
