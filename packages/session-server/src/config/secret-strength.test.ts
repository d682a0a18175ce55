import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { wallet } from '../connectors/wallet/index.ts';
import { ConfigError, resolveConfig, warningsOf } from './index.ts';
import { weaknessOf, weaknessOfBytes } from './secret-strength.ts';

const drawn = (): string => randomBytes(32).toString('base64url');

const WEAK: readonly (readonly [string, string])[] = [
  ['a word', 'correct-horse'],
  ['31 characters', 'k3J9xQ7mZ2vT5bN8wR4yL6pH1cF0dG_'],
  ['one character', 'a'.repeat(43)],
  ['two characters in turn', 'ab'.repeat(22)],
  ['a word over and over', 'shop-secret-1'.repeat(4).slice(0, 43)],
  ['the alphabet', 'abcdefghijklmnopqrstuvwxyz0123456789_-ABCDE'],
  ['digits in a row', '0123456789'.repeat(5).slice(0, 43)],
];

describe('a secret that people type', () => {
  it.each(WEAK)('FT-A12e: is told: %s', (_, secret) => {
    expect(weaknessOf(secret)).not.toBeNull();
  });

  it('FT-A12e: is told also where only its bytes are in a row', () => {
    const bytes = Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('base64url');
    expect(weaknessOf(bytes), 'as text it has no pattern').toBeNull();
    expect(weaknessOfBytes(bytes)).not.toBeNull();
  });

  it('FT-A12e: is never what a machine has drawn, in base64url, hex, base64 or as a UUID', () => {
    for (let n = 0; n < 2_000; n += 1) {
      const bytes = createHash('sha512').update(String(n)).digest().subarray(0, 32);
      const hex = bytes.toString('hex');
      const uuid = hex.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
      expect(weaknessOfBytes(bytes.toString('base64url'))).toBeNull();
      for (const secret of [hex, bytes.toString('base64'), uuid]) expect(weaknessOf(secret)).toBeNull();
    }
  });
});

describe('a configuration', () => {
  const config = (changes: object, client: object = {}): unknown => ({
    issuer: 'https://id.example.com',
    secret: drawn(),
    subjectSecret: drawn(),
    connectors: [wallet({ issuers: [{ issuer: 'https://wallet.example', clientIds: ['app'] }] })],
    clients: [
      {
        client_id: 'shop',
        client_name: 'Shop',
        client_secret: drawn(),
        redirect_uris: ['https://shop.example/callback'],
        ...client,
      },
    ],
    ...changes,
  });
  const mistakesIn = (input: unknown): string => {
    try {
      resolveConfig(input as Parameters<typeof resolveConfig>[0]);
      return '';
    } catch (cause) {
      if (cause instanceof ConfigError) return cause.message;
      throw cause;
    }
  };
  const typed = 'ab'.repeat(22);

  it.each([
    ['secret', config({ secret: typed })],
    ['secret', config({ secret: [drawn(), typed] })],
    ['subjectSecret', config({ subjectSecret: typed })],
    ['clients[0].client_secret', config({}, { client_secret: typed })],
    ['clients[0].client_secret', config({}, { client_secret: [drawn(), 'eight-or-more'] })],
  ])('FT-A12e: on an https issuer is refused with a typed %s, and hears what to do', (path, input) => {
    const said = mistakesIn(input);
    expect(said).toMatch(new RegExp(`^  ${path.replaceAll(/[[\].]/g, String.raw`\$&`)}: .*beckon-server secret`, 'm'));
    expect(said, 'a mistake never quotes a secret').not.toContain(typed);
  });

  it.each(['demo-shop-secret', 'demo-shop-strict-secret'])(
    'FT-A12e: on an https issuer is refused with %s',
    (secret) => {
      expect(mistakesIn(config({}, { client_secret: secret }))).toContain("is the demo's, which is public");
    },
  );

  it('FT-A12e: on the machine itself may have any', () => {
    const local = { issuer: 'http://127.0.0.1:4400', secret: typed, subjectSecret: `${typed}c` };
    expect(mistakesIn(config(local, { client_secret: 'demo-shop-secret' }))).toBe('');
  });

  it('FT-A12e: of a store that exists keeps a typed subjectSecret where it is allowed, and is warned', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'beckon-weak-'));
    const store = `sqlite:${join(folder, 'beckon.db')}`;
    const weak = { store, subjectSecret: typed };
    expect(mistakesIn(config(weak)), 'a new server takes another secret').not.toContain('allowWeakSubjectSecret');
    await writeFile(join(folder, 'beckon.db'), '');
    const said = mistakesIn(config(weak));
    expect(said).toMatch(/^  subjectSecret: .*write `allowWeakSubjectSecret: true`$/m);
    expect(said, 'a new secret would make every person another one').not.toContain('beckon-server secret');
    const allowed = config({ ...weak, allowWeakSubjectSecret: true }) as Parameters<typeof resolveConfig>[0];
    const warnings = warningsOf(resolveConfig(allowed));
    expect(warnings.map(({ path }) => path)).toEqual(['subjectSecret']);
    expect(JSON.stringify(warnings), 'a warning never quotes a secret').not.toContain(typed);
    const strong = config({ allowWeakSubjectSecret: true }) as Parameters<typeof resolveConfig>[0];
    expect(warningsOf(resolveConfig(strong))).toEqual([]);
    expect(mistakesIn(config({ ...weak, secret: typed, allowWeakSubjectSecret: true })), 'of others').toContain(
      '  secret: ',
    );
    await rm(folder, { recursive: true });
  });

  it('FT-A12e: hears once of a secret whose shape is wrong already', () => {
    expect(mistakesIn(config({ secret: 'short' })).match(/ secret: /g)).toHaveLength(1);
  });
});
