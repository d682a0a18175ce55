import { expect, it } from 'vitest';
import type { UpstreamCapability, UpstreamStart, UpstreamStarted } from '../../connectors/connector.ts';
import type { ConnectorUnderTest, Person } from './connector-under-test.ts';
import { inFastTime } from './fast-time.ts';
import { startMisbehavingProvider } from './misbehaving-provider.ts';
import { inTime, isSilent, openConnector, overTheWire, signIn, upstreamStart } from './sign-in.ts';
import type { Wire, WireOptions } from './wire.ts';

interface Begun {
  readonly upstream: UpstreamCapability;
  readonly start: UpstreamStart;
  readonly started: UpstreamStarted;
  readonly person: Extract<Person, { kind: 'upstream' }>;
  readonly wire: Wire;
}

/** Sessions that the provider conducts: followed, taken over, called off. */
export function upstreamCases(current: () => ConnectorUnderTest): void {
  const begin = async (options: WireOptions = {}): Promise<Begun> => {
    const under = current();
    const { connector, wire } = await openConnector(under, options);
    if (under.person.kind !== 'upstream' || connector.upstream === null)
      throw new Error('it has no session of its own');
    const start = upstreamStart(connector);
    return {
      upstream: connector.upstream,
      start,
      started: await connector.upstream.start(start),
      person: under.person,
      wire,
    };
  };

  it('has something to scan or to tap, and nothing that it did not ask for', async () => {
    const { start, started } = await begin();
    expect(started.qr !== null).toBe(start.mode === 'qr');
    expect(started.link !== null).toBe(start.mode === 'same_device');
    expect(started.qr === null || (started.qr.texts.length > 0 && started.qr.interval_ms > 0)).toBe(true);
    expect(started.expires_at === null || started.expires_at > Date.now(), 'in ms, and to come').toBe(true);
  });

  it('is taken up by another node, which tells where it stands', async () => {
    const { started, start, person } = await begin();
    await person.answer(started, 'approve');
    const other = await openConnector(current());
    const statuses = other.connector.upstream?.follow(
      overTheWire(started.providerState),
      start,
      new AbortController().signal,
    );
    const seen: string[] = [];
    for await (const { status } of statuses ?? []) seen.push(status);
    expect(seen.at(-1)).toBe('confirmed');
    expect(seen.filter((status) => status === 'retrieved').length, 'once at most').toBeLessThan(2);
  });

  it('stops to listen at once, while the provider says nothing', async () => {
    const misbehaving = await startMisbehavingProvider();
    try {
      let hang = false;
      const { upstream, start, started } = await begin({
        divert: () => (hang ? misbehaving.url('one byte at a time, for ever') : null),
      });
      hang = true;
      const abort = new AbortController();
      const statuses = upstream.follow(overTheWire(started.providerState), start, abort.signal);
      const following = statuses[Symbol.asyncIterator]();
      const next = following.next();
      setImmediate(() => abort.abort());
      expect(await inTime(next)).toMatchObject({ done: true });
    } finally {
      await misbehaving.close();
    }
  });

  it('ends in no sign-in when its time at the provider is over', async () => {
    const { person } = await begin();
    const outcome = await inFastTime(() =>
      signIn({ ...current(), person: { ...person, answer: () => person.expire() } }),
    );
    expect(outcome.type).not.toBe('identity');
  });

  it('that no browser waits for is called off at the provider', async ({ skip }) => {
    const { upstream, started, person } = await begin();
    const why = current().uncancelled;
    await upstream.cancel(overTheWire(started.providerState));
    if (why !== undefined) skip(why);
    await expect(person.answer(started, 'approve'), 'the person can still answer').rejects.toThrow();
    await expect(
      upstream.cancel(overTheWire(started.providerState)),
      'once more does no harm',
    ).resolves.toBeUndefined();
  });

  it('is called off in time, or not at all', async () => {
    const misbehaving = await startMisbehavingProvider();
    try {
      let down = false;
      const { upstream, started, wire } = await begin({
        divert: () => (down ? misbehaving.url('nothing, ever') : null),
      });
      down = true;
      const cause = await inTime(upstream.cancel(overTheWire(started.providerState))).then(
        () => null,
        (error: unknown) => error,
      );
      expect(cause === null || isSilent(cause, current(), wire)).toBe(true);
    } finally {
      await misbehaving.close();
    }
  });
}
