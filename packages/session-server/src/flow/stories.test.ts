import { expect, test } from 'vitest';
import { type Session, beginStory, transition } from '../session/index.ts';
import { EXAMPLE_BROWSER, EXAMPLE_LIFETIMES, exampleSession } from '../testing/index.ts';
import { createStories } from './stories.ts';

const NOW = 1_000;
const MINUTE_MS = 60_000;
const choice = { connector: 'wallet', mode: 'qr', cross_device: true, verifies_number: false } as const;

/** A sign-in that a browser of this address began, and that a phone declined. */
function declined(address: string): Session {
  const begun = { ...exampleSession(NOW), browser: { ...EXAMPLE_BROWSER, address } };
  const chosen = transition(begun, { type: 'choose', choice, upstream: null }, NOW, EXAMPLE_LIFETIMES).session;
  const decline = { type: 'decline', holder: 'H', reason: 'not_me', message: null } as const;
  const { session } = transition(chosen, decline, NOW, EXAMPLE_LIFETIMES);
  return { ...session, story: beginStory(begun, { request_id: null, reason: null, detail: null }) };
}

/** How many of `count` sign-ins that end at `now` are remembered. */
function remembered(
  storyAtEnd: ReturnType<typeof createStories>,
  count: number,
  addressOf: (n: number) => string,
  now: number,
): number {
  return Array.from({ length: count }, (_, n) => storyAtEnd(declined(addressOf(n)), now)).flat().length;
}

test('FT-C4f: of a flood of sign-ins that went wrong a bounded number is stored, and of a network its share', () => {
  const storyAtEnd = createStories({ fingerprint: (text) => text });
  expect(remembered(storyAtEnd, 100, (n) => `192.0.2.${n}`, NOW)).toBe(20);
  expect(
    remembered(storyAtEnd, 100, (n) => `2001:db8:0:${n}::1`, NOW),
    'one /48',
  ).toBe(20);
  expect(remembered(storyAtEnd, 200, (n) => `198.51.${n}.1`, NOW)).toBe(80);
  expect(remembered(storyAtEnd, 1, () => '203.0.113.1', NOW + MINUTE_MS - 1)).toBe(0);
  expect(remembered(storyAtEnd, 1, () => '203.0.113.1', NOW + MINUTE_MS)).toBe(1);
});
