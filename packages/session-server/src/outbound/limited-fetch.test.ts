import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createManualTimers } from '../test-support/manual-timers.ts';
import { createLimitedFetch, createLimitedStream } from './limited-fetch.ts';

let server: Server;
let url: string;
let answer: (response: ServerResponse) => void;
/** Resolves once the next call has reached the provider. */
let arrived: Promise<void>;

beforeEach(async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  arrived = promise;
  server = createServer((_request, response) => {
    answer(response);
    resolve();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
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
