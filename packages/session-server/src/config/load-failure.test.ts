import { expect, it } from 'vitest';
import * as api from '../index.ts';
import { EXPORTED } from './load-failure.ts';

it('a configuration that uses what the package exports is told which import it lacks', () => {
  const others = new Set(['ConfigError', 'createSessionServer']);
  const exported = Object.keys(api).filter((name) => !others.has(name));
  expect([...EXPORTED].toSorted()).toEqual(exported.toSorted());
});
