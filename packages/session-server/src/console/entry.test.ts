import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSecrets, hashSecret } from '../secrets/index.ts';
import type { OperatorToken } from '../config/index.ts';
import { createEntry, VISIT_MS } from './entry.ts';

const SECRET = 's'.repeat(43);
const READ: OperatorToken = { name: 'desk', hash: hashSecret('the-desk-token'), scope: 'read' };
const WRITE: OperatorToken = { name: 'ops.night', hash: hashSecret('the-ops-token'), scope: 'write' };

function world(secret: readonly string[] = [SECRET]) {
  const state = { tokens: [READ, WRITE] as readonly OperatorToken[], now: 1_000_000 };
  const secrets = createSecrets({ secret, subject_secret: 't'.repeat(43), random: randomBytes });
  return { state, entry: createEntry({ secrets, tokens: () => state.tokens, now: () => state.now }) };
}

describe('the console lets in', () => {
  it('an operator with a token, by its name and with its scope, until the visit is over', () => {
    const { entry, state } = world();
    const cookie = entry.admit('the-ops-token') ?? '';
    expect(entry.visitorOf(cookie)).toMatchObject({ name: 'ops.night', scope: 'write' });
    expect(cookie).not.toContain('the-ops-token');
    state.now += VISIT_MS - 1;
    expect(entry.visitorOf(cookie)).not.toBeNull();
    state.now += 1;
    expect(entry.visitorOf(cookie)).toBeNull();
  });

  it('after the secret was rotated, as long as the earlier one is configured', () => {
    const cookie = world().entry.admit('the-desk-token') ?? '';
    expect(world(['n'.repeat(43), SECRET]).entry.visitorOf(cookie)).not.toBeNull();
    expect(world(['n'.repeat(43)]).entry.visitorOf(cookie)).toBeNull();
  });

  it.each(['', 'the-ops-toke', 'ops.night', READ.hash])('no one with %j', (text) => {
    expect(world().entry.admit(text)).toBeNull();
  });

  it('no one whose token was taken away, made anew or given another scope', () => {
    const { entry, state } = world();
    const cookie = entry.admit('the-ops-token') ?? '';
    for (const tokens of [
      [READ],
      [READ, { ...WRITE, hash: hashSecret('another') }],
      [READ, { ...WRITE, scope: 'read' as const }],
    ]) {
      state.tokens = tokens;
      expect(entry.visitorOf(cookie)).toBeNull();
    }
  });

  it('no one with a cookie that was changed', () => {
    const { entry } = world();
    const [name = '', until = '', mac = ''] = (entry.admit('the-desk-token') ?? '').split('.');
    const ops = Buffer.from('ops.night').toString('base64url');
    for (const cookie of [
      `${ops}.${until}.${mac}`,
      `${name}.${Number(until) + 1}.${mac}`,
      `${name}.${until}.`,
      `${name}.${until}`,
      'x'.repeat(10_000),
      '',
    ]) {
      expect([cookie.slice(0, 80), entry.visitorOf(cookie)]).toEqual([cookie.slice(0, 80), null]);
    }
  });
});

it('a form counts for the browser that was shown it alone', () => {
  const { entry, state } = world();
  const cookie = entry.admit('the-ops-token') ?? '';
  state.now += 1;
  const other = entry.admit('the-ops-token') ?? '';
  const { form_token } = entry.visitorOf(cookie)!;
  expect(entry.isForm(cookie, form_token)).toBe(true);
  expect(entry.isForm(other, form_token)).toBe(false);
  expect(entry.isForm(cookie, '')).toBe(false);
});
