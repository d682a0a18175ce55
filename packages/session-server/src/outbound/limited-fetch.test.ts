import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemTimers } from '../jobs/index.ts';
import { type AnsweringProvider, startAnsweringProvider } from '../test-support/answering-provider.ts';
import { createManualTimers } from '../test-support/manual-timers.ts';
import { createLimitedFetch, createLimitedStream } from './limited-fetch.ts';

let provider: AnsweringProvider;
let url: string;
let answer: (response: ServerResponse) => void;
/** Resolves once the next call has reached the provider. */
let arrived: Promise<void>;

beforeEach(async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  arrived = promise;
  provider = await startAnsweringProvider(() => (_call, response) => {
    answer(response);
    resolve();
  });
  url = provider.base;
});
afterEach(() => provider.close());

it('an answer may have 1 MiB, and not a byte more', async () => {
  const text = async (size: number): Promise<string> => {
    answer = (response) => response.end('a'.repeat(size));
    return (await createLimitedFetch(systemTimers)(url)).text();
  };
  expect(await text(1_048_576)).toHaveLength(1_048_576);
  await expect(text(1_048_577)).rejects.toThrow(RangeError);
});

it.each([301, 302, 303, 307, 308])('no redirect is followed (%i), but may be the answer', async (status) => {
  answer = (response) => response.writeHead(status, { location: `${url}/elsewhere` }).end();
  await expect(createLimitedFetch(systemTimers)(url)).rejects.toThrow(TypeError);
  expect((await createLimitedFetch(systemTimers)(url, { redirect: 'manual' })).status).toBe(status);
  expect(provider.paths).toEqual(['/', '/']);
});

it('a call has one limit of 10 s, which also ends a body that drips', async () => {
  const limits: number[] = [];
  const limit = new AbortController();
  const call = createLimitedFetch({
    limit: (ms) => {
      limits.push(ms);
      return limit.signal;
    },
  });
  answer = (response) => response.writeHead(200).write('the beginning');
  const response = await call(url);
  expect(limits).toEqual([10_000]);
  const body = response.text();
  limit.abort(new DOMException('late', 'TimeoutError'));
  await expect(body).rejects.toThrow();
});

it('a stream whose head does not come within 10 s is given up', async () => {
  const timers = createManualTimers();
  answer = () => undefined;
  const call = createLimitedStream(timers)(url);
  await arrived;
  timers.advance(9_999);
  expect(timers.pending).toBe(1);
  timers.advance(1);
  await expect(call).rejects.toMatchObject({ name: 'TimeoutError' });
});

it('a stream that has begun has no limit', async () => {
  const timers = createManualTimers();
  answer = (response) => response.writeHead(200).write('data: 1\n\n');
  const response = await createLimitedStream(timers)(url);
  expect(timers.pending).toBe(0);
  await response.body?.cancel();
});
