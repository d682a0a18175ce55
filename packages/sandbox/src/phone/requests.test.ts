import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Question } from './app.ts';
import { createOpenRequests } from './requests.ts';

const NOW = 1_773_600_000_000;

function requestUntil(expires_at: number): Question {
  return {
    consent: {
      client: { name: 'Shop', logo_uri: null, origin: 'http://shop.example' },
      scopes: [],
      requester: { address: '192.0.2.0', user_agent: '', origin: null, same_network: null },
      verification: null,
      retrieval_token: 't',
      expires_at,
    },
    decide: () => Promise.resolve({ status: 'declined', location: null }),
  };
}

test('a request is kept until the second at which Beckon says that it is over', () => {
  let now = NOW;
  const requests = createOpenRequests(() => now, randomBytes);
  const handle = requests.add(requestUntil(NOW / 1000 + 300));
  now += 299_999;
  expect(requests.get(handle).consent.retrieval_token).toBe('t');
  now += 1;
  expect(() => requests.get(handle)).toThrow(expect.objectContaining({ code: 'handle_not_found' }));
});

test('a request is kept for ten minutes at most, whatever Beckon says', () => {
  let now = NOW;
  const requests = createOpenRequests(() => now, randomBytes);
  const handle = requests.add(requestUntil(NOW / 1000 + 86_400));
  now += 600_000;
  expect(() => requests.get(handle)).toThrow(expect.objectContaining({ code: 'handle_not_found' }));
});

test('the same question has one handle: an inbox may be looked into as often as one likes', () => {
  const requests = createOpenRequests(() => NOW, randomBytes);
  const [question, other] = [requestUntil(NOW / 1000 + 60), requestUntil(NOW / 1000 + 60)];
  expect(requests.add(question)).toBe(requests.add(question));
  expect(requests.add(other)).not.toBe(requests.add(question));
});

test('the number of open requests is bounded, and expired ones make room', () => {
  let now = NOW;
  const requests = createOpenRequests(() => now, randomBytes);
  for (let i = 0; i < 500; i++) requests.add(requestUntil(NOW / 1000 + 60));
  expect(() => requests.add(requestUntil(NOW / 1000 + 60))).toThrow(expect.objectContaining({ code: 'rate_limited' }));
  now += 60_000;
  expect(requests.add(requestUntil(NOW / 1000 + 120))).toMatch(/^[a-z2-7]{26}$/);
});
