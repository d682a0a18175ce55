import { expect, it } from 'vitest';
import { s256 } from './index.ts';

it('agrees with RFC 7636, Appendix B', async () => {
  expect(await s256('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
});
