import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createOpenRequests, type OpenRequest } from './requests.ts';

const NOW = 1_773_600_000_000;

function requestUntil(expires_at: number): OpenRequest {
  return {
    sessionId: 's',
    person: { id: 'alma', claims: {} },
    consent: {
      client: { name: 'Shop', logo_uri: null, origin: 'http://shop.example' },
      scopes: [],
      requester: { address: '192.0.2.0', user_agent: '', origin: null, same_network: null },
      verification: null,
      retrieval_token: 't',
      expires_at,
    },
  };
}

test('a request is kept until the second at which Beckon says that it is over', () => {
  let now = NOW;
  const requests = createOpenRequests(() => now, randomBytes);
  const handle = requests.add(requestUntil(NOW / 1000 + 300));
  now += 299_999;
  expect(requests.get(handle).sessionId).toBe('s');
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

test('the number of open requests is bounded, and expired ones make room', () => {
  let now = NOW;
  const requests = createOpenRequests(() => now, randomBytes);
  for (let i = 0; i < 500; i++) requests.add(requestUntil(NOW / 1000 + 60));
  expect(() => requests.add(requestUntil(NOW / 1000 + 60))).toThrow(expect.objectContaining({ code: 'rate_limited' }));
  now += 60_000;
  expect(requests.add(requestUntil(NOW / 1000 + 120))).toMatch(/^[a-z2-7]{26}$/);
});
