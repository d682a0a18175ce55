import { afterAll, beforeAll, expect, it } from 'vitest';
import { didit } from '../../connectors/didit/index.ts';
import {
  exampleConfig,
  type Harness,
  REQUEST,
  SHOP_ORIGIN,
  SHOP_SECRET,
  startHarness,
} from '../../test-support/harness.ts';

/** `strict` asks for the number, which Didit cannot ask for: its client list names it all the same. */
const ASKED = { ...REQUEST, client_id: 'strict', connector: 'didit' };

let harness: Harness;

beforeAll(async () => {
  const issuer = 'https://didit.example';
  const connectors = [...exampleConfig().connectors, didit({ issuer, clientId: 'a', clientSecret: 'b' })];
  harness = await startHarness({ connectors });
});
afterAll(() => harness.close());

it('FT-A12d: /authorize sends a connector that the client does not offer back to the website', async () => {
  const response = await fetch(`${harness.url}/authorize?${new URLSearchParams(ASKED).toString()}`, {
    redirect: 'manual',
  });
  const location = new URL(response.headers.get('location') ?? '');
  expect([response.status, location.origin]).toEqual([303, SHOP_ORIGIN]);
  expect(Object.fromEntries(location.searchParams)).toMatchObject({
    error: 'invalid_request',
    error_description: 'connector: not one that this client offers',
    state: REQUEST['state'],
  });
});

it.each([
  ['POST /session', () => harness.post('/session', ASKED, { origin: SHOP_ORIGIN })],
  [
    'PAR',
    () =>
      fetch(`${harness.url}/oauth/par`, {
        method: 'POST',
        body: new URLSearchParams({ ...ASKED, client_secret: SHOP_SECRET }),
      }),
  ],
])('FT-A12d: %s answers 400, and the log has no error', async (_, ask) => {
  const response = await ask();
  expect([response.status, await response.json()]).toEqual([
    400,
    expect.objectContaining({ error: 'invalid_request', error_description: expect.stringContaining('connector') }),
  ]);
  expect(harness.log.filter((line) => line.includes('"level":"error"'))).toEqual([]);
});

it('FT-A12d: a connector that the client does offer is taken', async () => {
  const response = await harness.post('/session', { ...ASKED, connector: 'wallet' }, { origin: SHOP_ORIGIN });
  expect(response.status).toBe(201);
});
