import { expect } from 'vitest';
import type { Suite } from './suite.ts';

/** Every address that discovery names is https (OpenID Connect Discovery §3). */
export function expectHttps({ metadata }: Pick<Suite, 'metadata'>): void {
  const addresses = Object.entries(metadata).filter(([name]) => /(_endpoint|_uri|^issuer)$/.test(name));
  expect(addresses.length).toBeGreaterThan(5);
  for (const [name, address] of addresses) {
    expect(`${name} ${String(address)}`).toMatch(/ https:\/\/[^/?#]+/);
    expect(new URL(String(address)).hash, `the fragment of ${name}`).toBe('');
  }
}
