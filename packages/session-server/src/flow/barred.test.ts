import { expect, it } from 'vitest';
import { type Connector, NO_CAPABILITIES } from '../connectors/connector.ts';
import { flowWorld } from '../test-support/flow-world.ts';

const connector = (id: string): Connector => ({
  ...NO_CAPABILITIES,
  id,
  names: { en: id },
  button: null,
  modes: ['qr'],
  verifies: { number: false, network: false },
  redirect: {
    reauthenticates: 'never',
    begin: () => Promise.resolve({ location: `https://${id}.example/`, providerState: null }),
    finish: () => Promise.reject(new Error('no browser comes back')),
  },
});

it('FT-F27a: a connector that is switched off is gone from the choice, and the others stay', async () => {
  const off = new Set<string>();
  const { flow, ...world } = flowWorld([connector('one'), connector('two')], undefined, { off });
  const session = await world.create();
  off.add('one');
  expect((await flow.snapshot(session)).connectors.map(({ id }) => id)).toEqual(['two']);
  await expect(flow.choose(session, { connector: 'one', mode: 'qr', login_hint: null })).rejects.toMatchObject({
    code: 'connector_unavailable',
  });
  expect(await flow.choose(session, { connector: 'two', mode: 'qr', login_hint: null })).toMatchObject({
    status: 'initialized',
    connector: 'two',
  });
  expect((await world.create()).connectors.map(({ id }) => id)).toEqual(['two']);
  await expect(world.create({ connector: 'one' })).rejects.toMatchObject({ code: 'connector_unavailable' });
  off.add('two');
  expect(await flow.snapshot(session), 'what was chosen').toMatchObject({
    status: 'failed',
    error: { error: 'temporarily_unavailable' },
  });
  await expect(world.create()).rejects.toMatchObject({ code: 'connector_unavailable' });
});

it('a sign-in that is switched off can still be cancelled, and is no failure then', async () => {
  const off = new Set<string>();
  const { flow, ...world } = flowWorld([connector('one')], undefined, { off });
  const session = await world.create();
  off.add(world.client.client_id);
  expect(await flow.cancel(session)).toMatchObject({ status: 'cancelled' });
  const other = await world.create();
  expect(await flow.snapshot(other)).toMatchObject({ status: 'failed' });
  off.clear();
  expect(await flow.snapshot(other), 'an end is an end').toMatchObject({ status: 'failed' });
});
