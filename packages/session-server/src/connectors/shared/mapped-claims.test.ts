import { describe, expect, it } from 'vitest';
import { mappedClaims } from './mapped-claims.ts';

const said = { name: 'Ada Lovelace', email: 'ada@example.com' };
const fit = { own: 'example', provider: 'Example' };
const mapped = (operators: () => unknown): unknown =>
  mappedClaims(operators as () => Record<string, unknown>, () => said, said, fit);

describe('an operator’s mapping', () => {
  it('that fails signs no person in, and its failure tells nothing of them', () => {
    const failing = (): unknown => {
      throw new RangeError(`no such user: ${said.email}`);
    };
    expect(() => mapped(failing)).toThrow(
      expect.objectContaining({
        code: 'connector_unavailable',
        detail: 'the configured mapClaims failed (RangeError)',
      }) as Error,
    );
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'Ada'],
    ['a list', [said]],
    ['a promise', Promise.resolve(said)],
  ])('that answers %s signs no person in', (_what, answered) => {
    expect(() => mapped(() => answered)).toThrow(expect.objectContaining({ code: 'connector_unavailable' }) as Error);
  });
});
