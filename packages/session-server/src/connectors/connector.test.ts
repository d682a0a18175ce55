import { expect, it } from 'vitest';
import { answerTo } from '../http/http-error.ts';
import { ConnectorError, isConnectorError } from './connector.ts';

/** The class as another copy of the package has it. */
class Other extends Error {
  override readonly name = 'ConnectorError';
  readonly code = 'rate_limited';
  readonly detail = 'the provider: 429';
  readonly retry_after_s = 7;
  readonly may_have_begun = false;
}

it('knows an error of another copy of the package, and answers with it', () => {
  const foreign = new Other('the app is busy');
  expect(foreign).not.toBeInstanceOf(ConnectorError);
  expect(isConnectorError(foreign)).toBe(true);
  expect(answerTo(foreign)).toMatchObject({
    status: 429,
    error: 'rate_limited',
    error_description: 'the app is busy',
    headers: { 'Retry-After': '7' },
  });
});

it.each<[string, unknown]>([
  ['nothing', null],
  ['a text', 'rate_limited'],
  ['an error of the system', Object.assign(new Error('x'), { code: 'rate_limited' })],
  ['a code that is not in the list', Object.assign(new ConnectorError('rate_limited', 'x'), { code: 'toString' })],
  ['a time to come back that is no number', Object.assign(new Other('x'), { retry_after_s: '7' })],
])('takes no other thing for one: %s', (_what, thrown) => {
  expect(isConnectorError(thrown)).toBe(false);
  expect(answerTo(thrown)).toMatchObject({ error: 'server_error' });
});

it.each([
  [0.2, '1'],
  [-5, '1'],
  [1e300, '86400'],
])('tells callers to come back in whole seconds, within a day: %d', (retry_after_s, header) => {
  const limited = new ConnectorError('rate_limited', 'the app is busy', 'the provider: 429', retry_after_s);
  expect(answerTo(limited).headers).toEqual({ 'Retry-After': header });
});
