import { expect, test } from 'vitest';
import { DemoError, readArguments } from './arguments.ts';

test.each([
  [[], 4400],
  [['--port-base', '5000'], 5000],
  [['--port-base=5000'], 5000],
  [['--', '--port-base', '5000'], 5000],
  [['--', '--port-base=65532'], 65_532],
])('%j uses the ports from %i', (words, portBase) => {
  expect(readArguments(words)).toEqual({ help: false, portBase, lan: null });
});

test.each([
  [['--lan'], null],
  [['--lan', '--port-base', '4400'], null],
  [['--lan', '192.168.1.5'], '192.168.1.5'],
  [['--lan=10.0.0.7'], '10.0.0.7'],
])('%j lets phones on the network in at %s', (words, address) => {
  expect(readArguments(words).lan).toEqual({ address });
});

test.each([
  [['--port-base'], /--port-base needs/],
  [['--port-base='], /--port-base needs/],
  [['--port-base', 'abc'], /--port-base needs/],
  [['--port-base', '0'], /--port-base needs/],
  [['--port-base', '1023'], /--port-base needs/],
  [['--port-base', '-1'], /--port-base needs/],
  [['--port-base', '1e3'], /--port-base needs/],
  [['--port-base', '65533'], /--port-base needs/],
  [['--port-base', '5000', '--port-base', '6000'], /more than once/],
  [['--port', '5000'], /unknown flag --port\n/],
  [['5000'], /unexpected word "5000"/],
  [['-p', '5000'], /unknown flag -p/],
  [['--lan', 'home'], /--lan takes an IPv4 address/],
  [['--lan', '::1'], /--lan takes an IPv4 address/],
  [['--lan', '--lan'], /--lan is given more than once/],
])('%j is refused, with what to write instead', (words, message) => {
  expect(() => readArguments(words)).toThrow(DemoError);
  expect(() => readArguments(words)).toThrow(message);
  expect(() => readArguments(words)).toThrow(/pnpm start \[--port-base N\] \[--lan \[ADDRESS\]\]/);
});

test('several mistakes are told at once', () => {
  expect(() => readArguments(['--fast', '--port-base', 'x'])).toThrow(/--fast\n--port-base needs/);
});
