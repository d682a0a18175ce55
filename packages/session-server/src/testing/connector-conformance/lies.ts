import { describe, expect, it } from 'vitest';
import { type ConnectorUnderTest, LIE_KINDS } from './connector-under-test.ts';
import { inFastTime } from './fast-time.ts';
import { honestIdToken, idTokenLies } from './id-token-lies.ts';
import { signIn, wordFor } from './sign-in.ts';

/** A provider may also say by itself that it is over. */
const REFUSALS = new Set(['callback_refused', 'connector_unavailable', 'wallet_not_trusted', 'declined', 'expired']);

/** What must not be believed is not, no matter who says it. */
export function lieCases(current: () => ConnectorUnderTest): void {
  it('believes an id_token that the suite signed with the keys that it published', async ({ skip }) => {
    if (!current().id_tokens) skip('this provider answers no id_tokens');
    expect(await signIn(current(), { ...honestIdToken() })).toMatchObject({ type: 'identity' });
  });

  describe.each(LIE_KINDS)('an answer that is %s', (kind) => {
    it('signs no person in', async ({ skip }) => {
      const under = current();
      const lies = [...under.lies, ...(under.id_tokens ? idTokenLies() : [])].filter((lie) => lie.kind === kind);
      const why = under.impossible[kind];
      if (lies.length === 0 && why !== undefined) skip(why);
      expect(lies.length, 'there is no such lie, and no reason is given for that').toBeGreaterThan(0);
      const believed: string[] = [];
      for (const lie of lies) {
        await under.reset?.();
        const word = wordFor(await inFastTime(() => signIn(under, { ...lie, trustOnly: true })));
        if (!REFUSALS.has(word)) believed.push(`${lie.name}: ${word}`);
      }
      expect(believed).toEqual([]);
    }, 120_000);
  });
}
