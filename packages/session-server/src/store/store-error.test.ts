import { expect, it } from 'vitest';
import { StoreError, isStoreError } from './store-error.ts';

it('knows an error of another copy of the package by its name and code', () => {
  const foreign = Object.assign(new Error('locked'), { name: 'StoreError', code: 'unavailable' });
  expect(isStoreError(foreign)).toBe(true);
  expect(isStoreError(new StoreError('closed', 'the store is closed'))).toBe(true);
});

it.each<[string, unknown]>([
  ['nothing', undefined],
  ['an error of the system', Object.assign(new Error('x'), { code: 'unavailable' })],
  ['a code that is not in the list', Object.assign(new Error('x'), { name: 'StoreError', code: 'ENOENT' })],
])('takes no other thing for one: %s', (_what, thrown) => {
  expect(isStoreError(thrown)).toBe(false);
});
