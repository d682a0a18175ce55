import { expect, it } from 'vitest';
import type { ConnectorError, TokenCapability, UpstreamTokens } from '../../connectors/connector.ts';
import type { ConnectorUnderTest } from './connector-under-test.ts';
import { MISBEHAVIOURS, startMisbehavingProvider } from './misbehaving-provider.ts';
import { expectSilent, inTime, openConnector, signIn } from './sign-in.ts';
import type { WireOptions } from './wire.ts';

interface Opened {
  refresh(this: void, tokens: UpstreamTokens): Promise<UpstreamTokens>;
  /** Null where the provider revokes none. */
  readonly revoke: TokenCapability['revoke'];
  expectSilent(this: void, error: unknown): void;
}

/** The provider's tokens: renewed, revoked, and refused with the right word. */
export function tokenCases(current: () => ConnectorUnderTest): void {
  /** Null where there is nothing to renew. */
  const tokensOf = async (): Promise<UpstreamTokens | null> => {
    const outcome = await signIn(current());
    if (outcome.type !== 'identity') throw new Error('no person came');
    const { connector } = await openConnector(current());
    return connector.tokens === null || outcome.tokens?.refresh_token == null ? null : outcome.tokens;
  };
  const open = async (options: WireOptions = {}): Promise<Opened> => {
    const { connector, wire } = await openConnector(current(), options);
    const { tokens } = connector;
    if (tokens === null) throw new Error('it renews nothing');
    return {
      refresh: (each) => tokens.refresh(each),
      revoke: tokens.revoke,
      expectSilent: (error) => expectSilent(error, current(), wire),
    };
  };

  const wordAfter = async (work: () => Promise<unknown>, capability: Opened): Promise<string> => {
    try {
      return (await inTime(work())) === undefined ? 'revoked' : 'renewed';
    } catch (error) {
      capability.expectSilent(error);
      return (error as ConnectorError).code;
    }
  };

  it('that were issued are renewed', async ({ skip }) => {
    const tokens = (await tokensOf()) ?? skip('it renews nothing');
    const renewed = await (await open()).refresh(tokens);
    expect(renewed.access_token).not.toBe(tokens.access_token);
    expect(renewed.refresh_token).toEqual(expect.any(String));
    expect(renewed.token_type).toBe('Bearer');
    expect(renewed.scope === null || typeof renewed.scope === 'string').toBe(true);
    expect(renewed.expires_at === null || renewed.expires_at > Date.now()).toBe(true);
  });

  it('that were never issued are refused', async ({ skip }) => {
    const tokens = (await tokensOf()) ?? skip('it renews nothing');
    const capability = await open();
    for (const refresh_token of [null, 'made-up-by-somebody']) {
      const error: unknown = await capability.refresh({ ...tokens, refresh_token }).catch((cause: unknown) => cause);
      capability.expectSilent(error);
      expect(error).toMatchObject({ code: 'token_refused' });
    }
  });

  it('are gone once they were revoked', async ({ skip }) => {
    const tokens = (await tokensOf()) ?? skip('it renews nothing');
    const capability = await open();
    await (capability.revoke ?? skip('it revokes none'))(tokens);
    await expect(capability.refresh(tokens)).rejects.toMatchObject({ code: 'token_refused' });
  });

  it('are left alone by a provider that misbehaves: the right error, in time', async ({ skip }) => {
    const tokens = (await tokensOf()) ?? skip('it renews nothing');
    const provider = await startMisbehavingProvider();
    try {
      const wrong: string[] = [];
      for (const misbehaviour of MISBEHAVIOURS) {
        const capability = await open({ divert: () => provider.url(misbehaviour) });
        const right = misbehaviour.startsWith('a limit') ? 'rate_limited' : 'connector_unavailable';
        const { refresh, revoke } = capability;
        const works = [() => refresh(tokens), ...(revoke === null ? [] : [() => revoke(tokens)])];
        for (const work of works) {
          const word = await wordAfter(work, capability);
          // What a revocation's body says does not matter (RFC 7009 §2.2).
          if (word !== right && word !== 'revoked') wrong.push(`${misbehaviour}: ${word}`);
        }
      }
      expect(wrong).toEqual([]);
    } finally {
      await provider.close();
    }
  }, 60_000);
}
