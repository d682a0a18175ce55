import { expect, it } from 'vitest';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { rememberVerified } from './verified-tokens.ts';

const holder = { issuer: 'https://wallet.example', subject: 'ada' };

function world(lifetime_ms: number): {
  readonly clock: ReturnType<typeof createFakeClock>;
  readonly asked: string[];
  readonly authenticate: (token: string) => Promise<unknown>;
} {
  const clock = createFakeClock();
  const asked: string[] = [];
  const authenticate = rememberVerified(clock.now, (token) => {
    asked.push(token);
    if (token.startsWith('bad')) return Promise.reject(new Error('it does not verify'));
    return Promise.resolve({ holder, expires_at: clock.now() + lifetime_ms });
  });
  return { clock, asked, authenticate };
}

it('verifies a token once in a minute', async () => {
  const { clock, asked, authenticate } = world(300_000);
  expect([await authenticate('a'), await authenticate('a')]).toEqual([holder, holder]);
  expect(asked).toEqual(['a']);
  clock.advance(60_000);
  await authenticate('a');
  expect(asked).toEqual(['a', 'a']);
});

it('never takes a token for good after its end', async () => {
  const { clock, asked, authenticate } = world(5_000);
  await authenticate('a');
  clock.advance(5_000);
  await authenticate('a');
  expect(asked, 'it is for the verifier to refuse').toEqual(['a', 'a']);
});

it('remembers no refusal, and nothing of another token', async () => {
  const { asked, authenticate } = world(300_000);
  await authenticate('a');
  await expect(authenticate('bad')).rejects.toThrow('it does not verify');
  await expect(authenticate('bad')).rejects.toThrow('it does not verify');
  await expect(authenticate('bada')).rejects.toThrow('it does not verify');
  expect(asked).toEqual(['a', 'bad', 'bad', 'bada']);
});

it('forgets the oldest of too many', async () => {
  const { asked, authenticate } = world(300_000);
  for (let n = 0; n <= 1_000; n += 1) await authenticate(`token ${n}`);
  asked.length = 0;
  await authenticate('token 1000');
  await authenticate('token 0');
  expect(asked).toEqual(['token 0']);
});
