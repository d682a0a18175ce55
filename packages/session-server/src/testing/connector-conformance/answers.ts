import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ConnectorUnderTest } from './connector-under-test.ts';
import { inFastTime } from './fast-time.ts';
import { MISBEHAVIOURS, type MisbehavingProvider, startMisbehavingProvider } from './misbehaving-provider.ts';
import { type Attempt, type Outcome, signIn, wordFor } from './sign-in.ts';
import type { WireOptions } from './wire.ts';

/** Whatever a provider answers, at whichever endpoint, ends in the right error and in time. */
export function answerCases(current: () => ConnectorUnderTest): void {
  let provider: MisbehavingProvider;
  beforeAll(async () => {
    provider = await startMisbehavingProvider();
  });
  afterAll(() => provider.close());

  it.each(MISBEHAVIOURS)(
    'of %s sign no person in, from whichever endpoint',
    async (misbehaviour) => {
      const isLimit = misbehaviour.startsWith('a limit') && current().person.kind !== 'wallet';
      const right = [isLimit ? 'rate_limited' : 'connector_unavailable'];
      // What a provider refuses may be ours, or what we brought it.
      if (misbehaviour.startsWith('a refusal')) right.push('callback_refused', 'wallet_not_trusted', 'declined');
      const wrong = await spoilEach(current(), right, (is) => ({
        divert: (endpoint) => (is(endpoint) ? provider.url(misbehaviour) : null),
      }));
      expect(wrong).toEqual([]);
      expect(provider.trapped, 'it followed a redirect').toBe(false);
    },
    120_000,
  );

  it.each<[string, (value: unknown) => unknown]>([
    ['nothing in them', () => ({})],
    ['every value of another type', ofAnotherType],
  ])(
    'with %s sign no person in, from whichever endpoint',
    async (_name, change) => {
      const right = ['connector_unavailable', 'callback_refused', 'wallet_not_trusted'];
      const wrong = await spoilEach(current(), right, (is) => ({
        rewrite: (endpoint, answer) => (is(endpoint) ? change(answer) : answer),
      }));
      expect(wrong).toEqual([]);
    },
    120_000,
  );

  it.for(['a server error', 'a broken connection'])(
    'of %s, once, cost no sign-in where a call only reads, once the person has approved',
    { timeout: 60_000 },
    async (misbehaviour, { skip }) => {
      const { unretried } = current();
      if (unretried !== undefined) skip(unretried);
      const lost: string[] = [];
      for (const name of await readAfterApproval(current())) {
        await current().reset?.();
        let approved = false;
        let failed = false;
        const attempt: Attempt = {
          during: () => {
            approved = true;
            return Promise.resolve();
          },
          divert: (endpoint) => {
            if (!approved || failed || endpoint !== name) return null;
            failed = true;
            return provider.url(misbehaviour);
          },
        };
        const outcome: Outcome = await inFastTime(() => signIn(current(), attempt));
        if (!failed || outcome.type !== 'identity') lost.push(`${name}: ${wordFor(outcome)}`);
      }
      expect(lost).toEqual([]);
    },
  );

  it('that name the time to come back are passed on with it', async ({ skip }) => {
    const { person } = current();
    const outcome = await inFastTime(() => signIn(current(), { divert: () => provider.url('a limit with its time') }));
    if (person.kind === 'wallet') skip('its contract knows no rate limit');
    expect(outcome).toMatchObject({ error: { code: 'rate_limited', retry_after_s: 7 } });
  });
}

/** What a sign-in gets, by GET, once the person has approved. */
async function readAfterApproval(under: ConnectorUnderTest): Promise<ReadonlySet<string>> {
  const read = new Set<string>();
  let approved = false;
  const outcome = await inFastTime(() =>
    signIn(under, {
      during: () => {
        approved = true;
        return Promise.resolve();
      },
      divert: (endpoint) => {
        if (approved && endpoint.startsWith('GET ')) read.add(endpoint);
        return null;
      },
    }),
  );
  if (outcome.type !== 'identity') throw new Error('without a sign-in there is nothing to fail', { cause: outcome });
  return read;
}

/** A sign-in for each endpoint, or each that stand in for each other, with that one spoiled. @returns those that came out otherwise than is right */
async function spoilEach(
  under: ConnectorUnderTest,
  right: readonly string[],
  spoil: (is: (endpoint: string) => boolean) => WireOptions,
): Promise<readonly string[]> {
  // A session at the provider may also run out while its answers make no sense.
  const good = under.person.kind === 'upstream' ? [...right, 'expired'] : right;
  const wrong: string[] = [];
  for (const { name, is } of await endpointsOf(under)) {
    await under.reset?.();
    const outcome: Outcome = await inFastTime(() => signIn(under, spoil(is)));
    if (!good.includes(wordFor(outcome))) wrong.push(`${name}: ${wordFor(outcome)}`);
  }
  return wrong;
}

interface Unit {
  readonly name: string;
  readonly is: (endpoint: string) => boolean;
}

/** What a sign-in calls. */
async function endpointsOf(under: ConnectorUnderTest): Promise<readonly Unit[]> {
  const outcome = await signIn(under);
  if (outcome.type !== 'identity') throw new Error('without a sign-in there is nothing to spoil', { cause: outcome });
  const { substitutes } = under;
  const single = [...new Set(outcome.wire.calls)]
    .filter((endpoint) => substitutes?.test(endpoint) !== true)
    .map((name) => ({ name, is: (endpoint: string) => endpoint === name }));
  if (substitutes === undefined) return single;
  return [...single, { name: String(substitutes), is: (endpoint) => substitutes.test(endpoint) }];
}

/** Every value, how deep it may be, replaced by one that is not expected there. */
function ofAnotherType(value: unknown): unknown {
  if (Array.isArray(value)) return 'a list before';
  if (typeof value !== 'object' || value === null) return { before: 1 };
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([name, each]) => [name, typeof each === 'object' ? 7 : { before: 1 }]));
}
