import { describe, expect, it } from 'vitest';
import { ConnectorError, isConnectorError } from '../connectors/connector.ts';
import { readCallback } from './callback.ts';

const expected = { state: 's'.repeat(43), issuer: 'https://issuer.example' };
const good = `state=${expected.state}`;
const read = (query: string): unknown => readCallback(new URLSearchParams(query), expected);

describe('a callback that is in order', () => {
  it.each([
    ['a code', `code=abc&${good}`, { type: 'code', code: 'abc' }],
    [
      'a code with the right issuer',
      `code=abc&${good}&iss=https%3A%2F%2Fissuer.example`,
      { type: 'code', code: 'abc' },
    ],
    ['unknown single parameters', `code=abc&${good}&session_state=x&foo=`, { type: 'code', code: 'abc' }],
    ['an error', `error=access_denied&${good}`, { type: 'error', error: 'access_denied', description: '' }],
    [
      'an error with a blank description',
      `error=x&error_description=&${good}`,
      { type: 'error', error: 'x', description: '' },
    ],
  ])('is read: %s', (_what, query, answer) => {
    expect(read(query)).toEqual(answer);
  });
});

describe('a callback that is not', () => {
  it.each([
    ['a doubled code', `code=a&code=b&${good}`],
    ['a doubled code of equal value', `code=a&code=a&${good}`],
    ['a doubled state', `code=a&${good}&${good}`],
    ['a doubled unknown parameter', `code=a&${good}&x=1&x=2`],
    ['a blank code', `code=&${good}`],
    ['a code of spaces', `code=%20&${good}`],
    ['a blank error', `error=&${good}`],
    ['a blank issuer', `code=a&${good}&iss=`],
    ['no state', 'code=a'],
    ['a blank state', 'code=a&state='],
    ['another state', `code=a&state=${'t'.repeat(43)}`],
    ['the beginning of the state', 'code=a&state=s'],
    ['another issuer', `code=a&${good}&iss=https%3A%2F%2Fevil.example`],
    ['an issuer that only begins alike', `code=a&${good}&iss=https%3A%2F%2Fissuer.example%2F`],
    ['a code with an error', `code=a&error=access_denied&${good}`],
    ['neither code nor error', good],
    ['a code that never ends', `code=${'a'.repeat(5000)}&${good}`],
    ['nothing', ''],
  ])('is refused: %s', (_what, query) => {
    expect(() => read(query)).toThrow(ConnectorError);
    expect(() => read(query)).toThrow(expect.objectContaining({ code: 'callback_refused' }));
  });

  it('is refused without repeating any of it', () => {
    const error = catching(() => read('code=very-secret&state=wrong-state'));
    expect(`${error.message} ${error.detail}`).not.toMatch(/very-secret|wrong-state/);
  });
});

function catching(action: () => unknown): ConnectorError {
  try {
    action();
  } catch (cause) {
    if (isConnectorError(cause)) return cause;
  }
  throw new Error('it was not refused');
}
