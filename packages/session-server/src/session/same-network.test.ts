import { describe, expect, it } from 'vitest';
import { sameNetwork } from './same-network.ts';

describe('sameNetwork', () => {
  it.each([
    ['192.0.2.1', '192.0.2.254', true],
    ['192.0.2.1', '192.0.3.1', false],
    ['::ffff:192.0.2.1', '192.0.2.9', true],
    ['::ffff:192.0.2.1', '::FFFF:192.0.3.1', false],
    ['::ffff:c000:201', '192.0.2.9', true],
    ['2001:db8:0:1::1', '2001:0db8:0000:0001:ffff::', true],
    ['2001:db8:0:1::1', '2001:db8:0:2::1', false],
    ['192.0.2.1', '2001:db8::1', false],
    ['127.0.0.1', '::1', false],
    ['', '', false],
    ['localhost', 'localhost', false],
    ['3221225985', '192.0.2.1', false],
    ['192.0.2.1:443', '192.0.2.1', false],
  ])('%s and %s: %s', (a, b, same) => {
    expect(sameNetwork(a, b)).toBe(same);
    expect(sameNetwork(b, a), 'must not depend on the order').toBe(same);
  });
});
