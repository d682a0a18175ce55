import { expect, test } from 'vitest';
import { MISTAKES } from './mistakes.ts';
import { seed, type Source, suitesFor } from './sources.ts';

const SOURCES: readonly Source[] = [
  { path: 'a.ts', text: "const a = f(\n  'x',\n  $y[0],\n);\n" },
  { path: 'b.ts', text: 'once; twice; twice;' },
];

test('a mistake is made in the one place, however that is broken into lines', () => {
  const mistake = { what: '', find: "f( 'x', $y[0],", put: "f('$&', $y[1]," };
  expect(seed(mistake, SOURCES)).toEqual({ path: 'a.ts', text: "const a = f('$&', $y[1],\n);\n" });
});

test.each([
  ['never', 'found nowhere: never'],
  ['twice;', 'found 2 times: twice;'],
  ['.', 'found nowhere: .'],
])('a place that is not there exactly once is said: %s', (find, why) => {
  expect(seed({ what: '', find, put: '' }, SOURCES)).toBe(why);
});

test('a connector’s mistake is first shown to its own suites, one that is shared to those that share it', () => {
  expect(suitesFor('packages/session-server/src/connectors/pasby/state.ts')).toEqual([
    ['packages/session-server/src/connectors/pasby/'],
    ['tests/providers/conformance/pasby.test.ts'],
    ['tests/providers/pasby'],
  ]);
  const [first = [], second] = suitesFor('packages/session-server/src/connectors/shared/callback.ts');
  expect(first).toContain('packages/session-server/src/connectors/shared/');
  expect(first).toContain('packages/session-server/src/connectors/oidc/');
  expect(second).toContain('tests/providers/conformance/');
});

test('there are at least 40 mistakes, each of which changes something and has a name of its own', () => {
  expect(MISTAKES.length).toBeGreaterThanOrEqual(40);
  expect(new Set(MISTAKES.map(({ what }) => what)).size).toBe(MISTAKES.length);
  expect(MISTAKES.filter(({ find, put }) => find === put)).toEqual([]);
});
