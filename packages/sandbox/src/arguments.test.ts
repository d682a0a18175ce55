import { expect, test } from 'vitest';
import { readArguments } from './arguments.ts';

const BECKON = 'http://127.0.0.1:4400';

test('reads the flags, in both spellings', () => {
  expect(readArguments(['--port', '4402', '--beckon', BECKON])).toEqual({
    run: 'sandbox',
    port: 4402,
    beckon: BECKON,
    codesAt: undefined,
    shop: undefined,
  });
  expect(readArguments([`--beckon=${BECKON}`, '--shop=http://localhost:4401'])).toMatchObject({
    port: 4402,
    shop: 'http://localhost:4401',
  });
  expect(readArguments(['--help'])).toEqual({ run: 'help' });
});

test.each([
  [[], ['--beckon is missing']],
  [['--beckon'], ['--beckon needs a value']],
  [['--beckon', '--port', '4402'], ['--beckon needs a value']],
  [['--beckon', 'nonsense'], ['--beckon must be an http or https URL']],
  [['--beckon', BECKON, '--beckon', BECKON], ['--beckon is given twice']],
  [['--beckon', BECKON, '--codes-at', 'nonsense'], ['--codes-at must be an http or https URL']],
  [['--beckon', BECKON, '--port', '0'], ['--port must be a whole number from 1 to 65535']],
  [['--beckon', BECKON, '--port', '65536'], ['--port must be']],
  [['--beckon', BECKON, '--port', '4e3'], ['--port must be']],
  [['--beckon', BECKON, '--host', '0.0.0.0'], ['unknown flag --host']],
  [['--beckon', BECKON, '-p', '1'], ['unknown flag -p']],
  [['--beckon', BECKON, 'now'], ['unexpected word "now"']],
  [['--beckon', BECKON, '--help=1'], ['--help takes no value']],
  [
    ['--port', 'x', '--shop', 'y', '--what'],
    ['unknown flag --what', '--beckon is missing', '--shop must', '--port must'],
  ],
])('%j is refused with every mistake', (words, mistakes) => {
  const error = catchError(() => readArguments(words));
  expect(error).toMatchObject({ name: 'UsageError' });
  for (const mistake of mistakes) expect(error.message).toContain(mistake);
});

test('one mistake is told once', () => {
  expect(catchError(() => readArguments(['--beckon', BECKON, '--port'])).message).toBe('--port needs a value');
});

function catchError(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}
