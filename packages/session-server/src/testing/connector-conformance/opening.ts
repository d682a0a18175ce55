import { expect, it } from 'vitest';
import type { ConnectorUnderTest } from './connector-under-test.ts';
import { openConnector, signIn } from './sign-in.ts';

/** What every connector is and yields. */
export function openingCases(current: () => ConnectorUnderTest): void {
  it('opens without a call: a provider that is down keeps no server from starting', async () => {
    const { wire } = await openConnector(current());
    expect(wire.calls).toEqual([]);
  });

  it('says who it is, and has exactly one way to sign people in', async () => {
    const under = current();
    const { connector } = await openConnector(under);
    expect(connector.id).toBe(under.configure(under.options).id);
    expect(connector.names.en).toMatch(/\S/);
    expect(connector.modes.length).toBeGreaterThan(0);
    const { wallet, redirect, upstream } = connector;
    const ways = Object.entries({ wallet, redirect, upstream }).filter(([, capability]) => capability !== null);
    expect(ways.map(([kind]) => kind)).toEqual([under.person.kind]);
    const colours = Object.values(connector.button ?? {});
    expect(colours.filter((colour) => !/^#[0-9a-f]{6}$/i.test(colour))).toEqual([]);
  });

  it('is known under another id where the operator wants that', async () => {
    const under = current();
    const config = under.configure({ ...under.options, id: 'another-id' });
    expect(config.id).toBe('another-id');
    expect((await config.open((await openConnector(under)).wire.context)).id).toBe('another-id');
  });

  it('says where what it is held against is written', () => {
    expect(current().sources.filter((source) => /\S{4}/.test(source)).length).toBeGreaterThan(0);
  });

  it('says no acr but those that it says that it reaches', async () => {
    const { connector } = await openConnector(current());
    const outcome = await signIn(current());
    const acr = outcome.type === 'identity' ? outcome.identity.acr : null;
    const reaches = connector.reaches ?? null;
    expect(acr === null || reaches === null || reaches.includes(acr)).toBe(true);
  });

  it('signs a person in', async () => {
    const outcome = await signIn(current());
    if (outcome.type !== 'identity') throw new Error(`no person came: ${JSON.stringify(outcome)}`, { cause: outcome });
    const { subject, claims, acr, amr, auth_time } = outcome.identity;
    expect(subject).toMatch(/^.{1,512}$/);
    expect(JSON.parse(JSON.stringify(claims)), 'claims are JSON').toEqual(claims);
    expect(claims, 'the subject is no claim').not.toHaveProperty('sub');
    expect(acr === null || typeof acr === 'string').toBe(true);
    expect(amr.every((method) => typeof method === 'string')).toBe(true);
    expect(auth_time === null || Math.abs(auth_time - Date.now() / 1000) < 86_400, 'auth_time is in seconds').toBe(
      true,
    );
    const misshapen = Object.entries(FORMS).filter(
      ([name, form]) => name in claims && !(typeof claims[name] === 'string' && form.test(claims[name])),
    );
    expect(misshapen.map(([name]) => name)).toEqual([]);
  });

  it('knows a person again', async () => {
    const subjects = new Set<string>();
    for (const _ of [1, 2]) {
      const outcome = await signIn(current());
      subjects.add(outcome.type === 'identity' ? outcome.identity.subject : `no person, after ${subjects.size}`);
    }
    expect(subjects.size).toBe(1);
  });

  it('tells when a person declines', async ({ skip }) => {
    if (current().person.kind === 'wallet') skip('a wallet’s person declines to Beckon itself');
    expect(await signIn(current(), { decision: 'decline' })).toMatchObject({ type: 'ended', how: 'declined' });
  });
}

/** OpenID Connect Core §5.1. */
const FORMS: Readonly<Record<string, RegExp>> = {
  email: /^[^\s@]+@[^\s@]+$/,
  phone_number: /^\+[1-9]\d{5,14}$/,
  birthdate: /^\d{4}(-\d{2}-\d{2})?$/,
  picture: /^https:/,
};
