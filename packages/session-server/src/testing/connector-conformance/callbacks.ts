import { expect, it } from 'vitest';
import type { Connector } from '../../connectors/connector.ts';
import type { ConnectorUnderTest } from './connector-under-test.ts';
import {
  type BegunRedirect,
  type Outcome,
  beginRedirect,
  expectSilent,
  finishRedirect,
  openConnector,
} from './sign-in.ts';
import type { Wire } from './wire.ts';

interface Answered {
  readonly connector: Connector;
  readonly wire: Wire;
  readonly begun: BegunRedirect;
  readonly parameters: URLSearchParams;
}

/** Callbacks that were tampered with, replayed, or are for another sign-in. */
export function callbackCases(current: () => ConnectorUnderTest): void {
  const answered = async (): Promise<Answered> => {
    const under = current();
    if (under.person.kind !== 'redirect') throw new Error('this provider has no callback');
    const { connector, wire } = await openConnector(under);
    const begun = await beginRedirect(connector, under);
    const callback = await under.person.answer(begun.location, 'approve');
    return { connector, wire, begun, parameters: new URL(callback).searchParams };
  };
  const finish = async ({ connector, wire, begun }: Answered, parameters: URLSearchParams): Promise<Outcome> => {
    try {
      return await finishRedirect(connector, begun, parameters);
    } catch (error) {
      expectSilent(error, current(), wire);
      return { type: 'failed', error };
    }
  };

  it.each<[string, (parameters: URLSearchParams) => void]>([
    ['without a state', (parameters) => parameters.delete('state')],
    ['with a blank state', (parameters) => parameters.set('state', '')],
    ['with another sign-in’s state', (parameters) => parameters.set('state', 's'.repeat(43))],
    ['with two states', (parameters) => parameters.append('state', 's'.repeat(43))],
    ['without a code', (parameters) => parameters.delete('code')],
    ['with a blank code', (parameters) => parameters.set('code', '')],
    ['with two codes', (parameters) => parameters.append('code', 'another')],
    ['with the same code twice', (parameters) => parameters.append('code', parameters.get('code') ?? '')],
    ['with a code and an error', (parameters) => parameters.set('error', 'access_denied')],
    ['with nothing', (parameters) => [...parameters.keys()].forEach((name) => parameters.delete(name))],
  ])('%s is refused, and the provider is not asked', async (_name, tamper) => {
    const each = await answered();
    const parameters = new URLSearchParams(each.parameters);
    tamper(parameters);
    const before = each.wire.calls.length;
    expect(await finish(each, parameters)).toMatchObject({ type: 'failed', error: { code: 'callback_refused' } });
    expect(each.wire.calls.slice(before)).toEqual([]);
  });

  it.each([
    ['that is not the provider’s', 'made-up-by-somebody'],
    ['of 10 000 characters', 'c'.repeat(10_000)],
  ])('with a code %s is refused', async (_name, code) => {
    const each = await answered();
    const parameters = new URLSearchParams(each.parameters);
    parameters.set('code', code);
    expect(await finish(each, parameters)).toMatchObject({ type: 'failed', error: { code: 'callback_refused' } });
  });

  it('counts once', async () => {
    const each = await answered();
    expect(await finish(each, each.parameters)).toMatchObject({ type: 'identity' });
    expect(await finish(each, each.parameters), 'replayed').toMatchObject({
      type: 'failed',
      error: { code: 'callback_refused' },
    });
  });

  it('may have unknown parameters', async () => {
    const each = await answered();
    const parameters = new URLSearchParams([...each.parameters, ['of_no_meaning', 'x'], ['another', '']]);
    expect(await finish(each, parameters)).toMatchObject({ type: 'identity' });
  });

  it('with an error that no one knows fails, and the error repeats nothing of it', async () => {
    const each = await answered();
    const parameters = new URLSearchParams({
      error: '<script>alert(1)</script>',
      error_description: 'Ada Lovelace, 19121212-1212',
      state: each.begun.state,
    });
    const outcome = await finish(each, parameters);
    expect(outcome.type).toBe('failed');
    expect(outcome.type === 'failed' && `${String(outcome.error)}${JSON.stringify(outcome.error)}`).not.toMatch(
      /script|Ada|1912/,
    );
  });
}
