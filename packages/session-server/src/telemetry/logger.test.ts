import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogFields } from './fields.ts';
import { createLogger, type Logger, type LogLevel, type LogTarget } from './logger.ts';

interface Line extends Record<string, unknown> {
  readonly err?: Record<string, unknown>;
}

function setting(level: LogLevel | 'silent' = 'debug'): { log: Logger; text: () => string; lines: () => Line[] } {
  let written = '';
  const log = createLogger({
    to: (line) => {
      written += line;
    },
    level,
    now: () => Date.UTC(2026, 0, 1),
    fingerprint: (text) => `hash${text.length}-0123456789abcdef`,
  });
  return {
    log,
    text: () => written,
    lines: () =>
      written
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Line),
  };
}

test('a line is one JSON object with time, level, event and fields', () => {
  const { log, text } = setting();
  log.info('request', { method: 'POST', route: '/session', status: 201, duration_ms: 3.5 });
  expect(text()).toBe(
    '{"time":"2026-01-01T00:00:00.000Z","level":"info","event":"request","method":"POST","route":"/session","status":201,"duration_ms":3.5}\n',
  );
});

test('SEC-LOGS: only the closed set of fields is written, whatever is spread in', () => {
  const { log, text, lines } = setting();
  const body = { client_id: 'shop', session_secret: 'TOP', code: 'TOP', toString: 'TOP', __proto__: { x: 'TOP' } };
  log.warn('refused', { ...body });
  expect(text()).not.toContain('TOP');
  expect(lines()[0]).toMatchObject({ client_id: 'shop', dropped_fields: 3 });
});

test('a value that is no text, number or boolean is dropped, also under an allowed name', () => {
  const { log, text } = setting();
  const fields = { detail: { secret: 'TOP' }, name: ['TOP'], error: () => 'TOP', kind: new Error('TOP') };
  log.error('odd', fields as unknown as LogFields);
  expect(text()).not.toContain('TOP');
  expect(text()).toContain('"dropped_fields":4');
});

test('a session is written as a shortened keyed hash', () => {
  const { log, text } = setting();
  log.info('created', { session: 'ABCDEFGHJKMNPQRSTVWXYZ2345' });
  expect(text()).toContain('"session":"hash26-01234"');
  expect(text()).not.toContain('ABCDEF');
});

test('long text is cut', () => {
  const { log, lines } = setting();
  log.info('e'.repeat(1_000), { detail: 'd'.repeat(10_000), request_id: 'r'.repeat(65) });
  expect(lines()[0]).toMatchObject({
    event: 'e'.repeat(128),
    detail: `${'d'.repeat(512)}…`,
    request_id: `${'r'.repeat(64)}…`,
  });
});

test('text with line breaks stays on one line', () => {
  const { log, lines } = setting();
  log.info('request', { detail: 'a\n{"level":"error","event":"forged"}\r\u2028b' });
  expect(lines()).toHaveLength(1);
});

test('an error is written by name, code and place, without its message, and so is its cause', () => {
  const { log, text, lines } = setting();
  const cause = new SyntaxError(`Unexpected token in "TOP\n    at secret TOP" is not valid JSON`);
  const error = Object.assign(new TypeError('Received type string (TOP)', { cause }), { code: 'ERR_INVALID_ARG_TYPE' });
  log.error('failed', {}, error);
  expect(text()).not.toContain('TOP');
  const { err } = lines()[0]!;
  expect(err).toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE', cause: { name: 'SyntaxError' } });
  expect((err as { stack: string[] }).stack[0]).toContain('logger.test.ts');
});

test("an error's own detail is for the operator, and written", () => {
  const { log, lines } = setting();
  log.warn('connector', {}, Object.assign(new Error('the app cannot be reached'), { detail: 'JWKS answered 503' }));
  expect(lines()[0]?.err).toMatchObject({ detail: 'JWKS answered 503' });
});

test('what is thrown but no error says only its type', () => {
  const { log, text } = setting();
  for (const thrown of ['TOP', { message: 'TOP' }, null]) log.error('failed', {}, thrown);
  expect(text()).not.toContain('TOP');
});

test('a child carries its fields, which a line may override', () => {
  const { log, lines } = setting();
  const child = log.child({ request_id: 'r1', client_id: 'shop' }).child({ client_id: 'spa' });
  child.info('one');
  child.info('two', { client_id: 'third' });
  log.info('three');
  expect(lines().map(({ request_id, client_id }) => [request_id, client_id])).toEqual([
    ['r1', 'spa'],
    ['r1', 'third'],
    [undefined, undefined],
  ]);
});

function eventsAt(level: LogLevel | 'silent'): unknown[] {
  const { log, lines } = setting(level);
  log.debug('debug');
  log.info('info');
  log.warn('warn');
  log.error('error');
  return lines().map(({ event }) => event);
}

test('lines below the level are not written', () => {
  expect(eventsAt('debug')).toEqual(['debug', 'info', 'warn', 'error']);
  expect(eventsAt('warn')).toEqual(['warn', 'error']);
  expect(eventsAt('silent')).toEqual([]);
});

test('a stream that fails does not fail the caller', () => {
  const log = createLogger({
    to: () => {
      throw new Error('EPIPE');
    },
    level: 'info',
    now: () => 0,
    fingerprint: (text) => text,
  });
  expect(() => log.info('request')).not.toThrow();
});

test("an app's own logger is called as its method, with the fields and then the event", () => {
  const called: unknown[] = [];
  const to: LogTarget & { readonly mine: string } = {
    mine: 'of the app',
    debug: noted('debug'),
    info: noted('info'),
    warn: noted('warn'),
    error: noted('error'),
  };
  function noted(level: string) {
    return function (this: unknown, fields: object, event: string) {
      called.push([level, (this as typeof to).mine, fields, event]);
    };
  }
  const log = createLogger({ to, level: 'debug', now: () => 0, fingerprint: () => 'keyed-hash-of-a-session' });
  log.child({ client_id: 'shop' }).info('created', { session: 'ABCDEFGHJKMNPQRSTVWXYZ2345' });
  expect(called).toEqual([['info', 'of the app', { client_id: 'shop', session: 'keyed-hash-o' }, 'created']]);
});

test("SEC-LOGS: an app's own logger gets the closed set of fields, and no error as it is", () => {
  const called: unknown[] = [];
  const note = (...given: unknown[]): void => void called.push(given);
  const to: LogTarget = { debug: note, info: note, warn: note, error: note };
  const log = createLogger({ to, level: 'debug', now: () => 0, fingerprint: (text) => text });
  const body = { client_id: 'shop', session_secret: 'TOP' };
  log.error('failed', { ...body }, Object.assign(new Error('TOP'), { body }));
  expect(JSON.stringify(called)).not.toContain('TOP');
  expect(called).toEqual([
    [{ client_id: 'shop', dropped_fields: 1, err: expect.objectContaining({ name: 'Error', code: null }) }, 'failed'],
  ]);
});

test("an app's own logger that throws or rejects does not fail the caller", async () => {
  const to: LogTarget = {
    debug: () => Promise.reject(new Error('EPIPE')),
    info: () => {
      throw new Error('EPIPE');
    },
    warn: () => undefined,
    error: () => undefined,
  };
  const log = createLogger({ to, level: 'debug', now: () => 0, fingerprint: (text) => text });
  expect(() => log.info('request')).not.toThrow();
  log.debug('request');
  // An unhandled rejection would end the test run.
  await new Promise((resolve) => setImmediate(resolve));
});

test('SEC-LOGS: whatever an error says, none of its message is written', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 8 }), fc.boolean(), (secret, multiline) => {
      const { log, text } = setting();
      const marked = `TOP${secret}TOP`;
      log.error('failed', {}, new Error(multiline ? `a\n    at ${marked}\n    at b` : marked));
      expect(text()).not.toContain('TOP');
    }),
  );
});

test('an error that throws when it is read is told without its parts, and does not fail the caller', () => {
  const { log, lines } = setting();
  const boom = (): never => {
    throw new Error('read');
  };
  const hostile = [
    Object.defineProperty(new Error('x'), 'code', { get: boom }),
    new Proxy({}, { getPrototypeOf: boom }),
  ];
  for (const error of hostile) log.error('failed', { status: 500 }, error);
  const line = expect.objectContaining({ event: 'failed', status: 500, err: expect.objectContaining({ stack: [] }) });
  expect(lines()).toEqual([line, line]);
});

test('a line that would be too long to be written as a whole says less of its error', () => {
  const written: string[] = [];
  const log = createLogger({
    to: (line) => written.push(line),
    level: 'info',
    now: () => 0,
    longest: 1_000,
    fingerprint: String,
  });
  const deep = (left: number): Error =>
    left === 0 ? new Error('TOP') : Object.assign(new Error('TOP', { cause: deep(left - 1) }), { detail: 'in words' });
  log.error('failed', { request_id: 'r1' }, deep(3));
  log.error('failed', {}, Object.assign(new Error('x'), { stack: 'Error: x\n    at here' }));
  const [long, short] = written.map((line) => JSON.parse(line) as Line);
  expect(long).toMatchObject({ request_id: 'r1', err: { name: 'Error', detail: 'in words', cause: null } });
  expect(long?.err?.['stack']).toHaveLength(4);
  expect(short?.err, 'as it is').toMatchObject({ stack: ['here'] });
});
