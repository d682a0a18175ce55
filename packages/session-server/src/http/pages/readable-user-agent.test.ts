import { expect, it } from 'vitest';
import { readableAge, readableUserAgent } from './readable-user-agent.ts';
import { networkDoubt, requesterLines } from './requester.ts';

const CHROME = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const LINUX = `Mozilla/5.0 (X11; Linux x86_64) ${CHROME}`;

it.each([
  [LINUX, 'Chrome on a Linux computer'],
  [LINUX.replace('Chrome', 'HeadlessChrome'), 'Chrome on a Linux computer'],
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Edg/140.0.0.0`, 'Edge on a Windows computer'],
  [`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${CHROME}`, 'Chrome on a Chromebook'],
  [`Mozilla/5.0 (Linux; Android 10; K) ${CHROME.replace(' Safari', ' Mobile Safari')}`, 'Chrome on an Android phone'],
  [`Mozilla/5.0 (Linux; Android 10; K) ${CHROME}`, 'Chrome on an Android tablet'],
  ['Mozilla/5.0 (Android 15; Tablet; rv:143.0) Gecko/143.0 Firefox/143.0', 'Firefox on an Android tablet'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:143.0) Gecko/20100101 Firefox/143.0', 'Firefox on a Mac'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
    'Safari on an iPhone',
  ],
  ['curl/8.5.0', 'A browser'],
  ['', 'A browser'],
])('FT-C50b: %s is %s', (user_agent, words) => {
  expect(readableUserAgent(user_agent)).toBe(words);
});

it.each([
  [0, 'just now'],
  [59_999, 'just now'],
  [-5000, 'just now'],
  [60_000, '1 minute ago'],
  [299_000, '4 minutes ago'],
])('FT-C50b: %i ms ago is %s', (age, words) => {
  expect(readableAge(age)).toBe(words);
});

it.each([
  ['192.0.2.10', 'same', 'From your network', /no doubt/],
  ['192.0.2.10', 'other', 'From another network: 192.0.2.…', /another network/],
  ['192.0.2.10', 'unknown', 'From the network 192.0.2.…', /cannot tell/],
  ['192.0.2.10', null, 'From the network 192.0.2.…', /no doubt/],
  ['2001:db8:1:2::3', 'other', 'From another network: 2001:db8:1:…', /another network/],
  ['127.0.0.1', 'unknown', '', /cannot tell/],
  ['::1', null, '', /no doubt/],
  ['::ffff:127.0.0.1', 'other', 'From another network', /another network/],
  ['unknown', 'unknown', '', /cannot tell/],
] as const)('FT-C50b: of %s, where it is %s, people read "%s"', (address, networks, line, doubt) => {
  const requester = { address, networks, user_agent: LINUX, age_ms: 0 };
  const told = requesterLines(requester)
    .text.replaceAll(/<[^>]*>/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  expect(told).toBe(`Chrome on a Linux computer, just now ${line}`.trim());
  expect(networkDoubt(requester) ?? 'no doubt').toMatch(doubt);
});
