import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createDerivedTokens, createSecrets, sameText, type Secrets } from './index.ts';

const secret = (): string => randomBytes(32).toString('base64url');
const subject_secret = secret();
const withSecrets = (...list: string[]): Secrets =>
  createSecrets({ secret: list, subject_secret, random: randomBytes });

describe('sealing', () => {
  const [old, current] = [secret(), secret()];

  it('opens what it sealed, and only in its own context', () => {
    const secrets = withSecrets(current);
    const sealed = secrets.seal(Buffer.from('Ada'), 'session|00', '1');
    expect(Buffer.from(secrets.open(sealed, 'session|00', '1')).toString()).toBe('Ada');
    expect(() => secrets.open(sealed, 'session|00', '2'), 'a value moved to another row').toThrow();
    expect(() => secrets.open(sealed, 'session|01', '1'), 'the key of another partition').toThrow();
    expect(Buffer.from(sealed).includes('Ada'), 'readable at rest').toBe(false);
  });

  it('opens what an earlier secret sealed, and not what a dropped one did', () => {
    const sealed = withSecrets(old).seal(Buffer.from('x'), '', 'c');
    expect(Buffer.from(withSecrets(current, old).open(sealed, '', 'c')).toString()).toBe('x');
    expect(() => withSecrets(current).open(sealed, '', 'c')).toThrow('not configured any more');
  });

  it('refuses an altered byte anywhere', () => {
    const secrets = withSecrets(current);
    const sealed = secrets.seal(Buffer.from('x'), '', 'c');
    for (let i = 0; i < sealed.length; i++) {
      const altered = Uint8Array.from(sealed);
      altered[i]! ^= 1;
      expect(() => secrets.open(altered, '', 'c'), `byte ${i}`).toThrow();
    }
    expect(() => secrets.open(new Uint8Array(3), '', 'c')).toThrow();
  });
});

describe('derived tokens', () => {
  const first = secret();
  const tokens = createDerivedTokens(withSecrets(first));

  it('are the same each time, and read back', () => {
    const text = tokens.make('ac', { id: 'ABC', n: 2 });
    expect(tokens.make('ac', { id: 'ABC', n: 2 })).toBe(text);
    expect(tokens.read('ac', text)).toEqual({ id: 'ABC', n: 2 });
  });

  it('are refused under another kind, counter, id or secret', () => {
    const text = tokens.make('ac', { id: 'ABC', n: 2 });
    expect(tokens.read('at', text)).toBeNull();
    expect(tokens.read('at', text.replace('ac_', 'at_')), 'a code dressed as an access token').toBeNull();
    expect(tokens.read('ac', text.replace('.2.', '.3.'))).toBeNull();
    expect(tokens.read('ac', text.replace('ABC', 'ABD'))).toBeNull();
    expect(createDerivedTokens(withSecrets(secret())).read('ac', text)).toBeNull();
    expect(createDerivedTokens(withSecrets(secret(), first)).read('ac', text)).toEqual({ id: 'ABC', n: 2 });
  });

  it.each(['', 'ac_', 'ac_ABC.0.x', 'ac_ABC.02.' + 'a'.repeat(43), 'ac_abc.1.' + 'a'.repeat(43)])(
    'refuse %j',
    (text) => {
      expect(tokens.read('ac', text)).toBeNull();
    },
  );
});

it('a subject differs by connector and never contains what it hides', () => {
  const secrets = withSecrets(secret());
  expect(secrets.subject('a', '784-1990')).not.toBe(secrets.subject('b', '784-1990'));
  expect(secrets.subject('a', '784-1990')).not.toContain('784');
  expect(secrets.subject('a', 'b|c'), 'parts that run into one another').not.toBe(secrets.subject('a|b', 'c'));
  expect(withSecrets(secret()).subject('a', 'x'), 'rotating `secret` must not change `sub`').toBe(
    secrets.subject('a', 'x'),
  );
});

it('compares text of any length', () => {
  expect(sameText('a', 'a')).toBe(true);
  expect(sameText('a', 'ab')).toBe(false);
});
