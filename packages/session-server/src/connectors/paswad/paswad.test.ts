import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { finishWith, openConnector, redirectStart } from '../../test-support/connector-calls.ts';
import type { RedirectOutcome, WebhookCapability, WebhookEvent } from '../connector.ts';
import { paswad, type PaswadOptions } from './index.ts';

/**
 * What Paswad does in its own way. That a delivery without the right signature is refused, and what Paswad should
 * not answer, is the conformance suite's (`tests/providers/conformance/paswad.test.ts`).
 */
const OPTIONS: PaswadOptions = {
  clientId: 'app_live_a1b2c3',
  clientSecret: 'sk_live_x',
  webhookSecret: 'whsec_one',
};
/** The example of Paswad's documentation, with an event that ends something. */
const EVENT = {
  id: 'evt_4tP0aZ',
  type: 'consent.revoked',
  created: 1_773_600_000,
  data: { sub: 'usr_2Hk9c1qZ', client_id: 'app_live_a1b2c3' },
};

async function webhooks(options: Partial<PaswadOptions> = {}): Promise<WebhookCapability | null> {
  return (await openConnector(paswad({ ...OPTIONS, ...options }))).webhooks;
}

async function deliver(
  event: unknown,
  { secret = 'whsec_one', sign = (mac: Buffer): string => mac.toString('hex'), options = {} } = {},
): Promise<WebhookEvent | undefined> {
  const body = Buffer.from(typeof event === 'string' ? event : JSON.stringify(event));
  const signature = sign(createHmac('sha256', secret).update(body).digest());
  return (await webhooks(options))?.read({ 'paswad-signature': signature }, body);
}

describe('options', () => {
  it('two credentials are all that production needs', () => {
    expect(paswad({ clientId: 'app_live_a1b2c3', clientSecret: 'sk_live_x' })).toMatchObject({
      id: 'paswad',
      issues: [],
    });
  });

  it.each<[string, Record<string, unknown>]>([
    ['webhookSecret', { webhookSecret: [] }],
    ['issuer', { issuer: 'id.paswad.com' }],
    ['environment', { environment: 'staging' }],
  ])('a wrong %s is named once', (path, changes) => {
    const { issues } = paswad({ ...OPTIONS, ...changes });
    expect(issues.map((issue) => issue.path)).toEqual([path]);
  });

  it('an old spelling says the new one, and nothing is missing besides', () => {
    const former = { client_id: 'app_live_x', client_secret: 'sk_live_x', webhook_secret: 'whsec_one', api_url: 'x' };
    const { issues } = paswad(former as unknown as PaswadOptions);
    expect(issues).toEqual([
      { path: 'client_id', message: 'is now `clientId`' },
      { path: 'client_secret', message: 'is now `clientSecret`' },
      { path: 'webhook_secret', message: 'is now `webhookSecret`' },
      { path: 'api_url', message: 'is now `apiUrl`' },
    ]);
  });

  it('no options at all are mistakes like others', () => {
    const { issues } = paswad(undefined as unknown as PaswadOptions);
    expect(issues.map(({ path }) => path).toSorted()).toEqual(['clientId', 'clientSecret']);
  });

  it('without a webhook secret there are no webhooks', async () => {
    expect(await webhooks({ webhookSecret: undefined })).toBeNull();
  });
});

describe('webhooks', () => {
  const revoked = { id: 'evt_4tP0aZ', effect: { type: 'revoked', subject: 'usr_2Hk9c1qZ', at: 1_773_600_000_999 } };

  it.each<[string, (mac: Buffer) => string]>([
    ['hex', (mac) => mac.toString('hex')],
    ['upper-case hex', (mac) => mac.toString('hex').toUpperCase()],
    ['base64', (mac) => mac.toString('base64')],
    ['base64url', (mac) => mac.toString('base64url')],
    ['hex with its algorithm', (mac) => `sha256=${mac.toString('hex')}`],
  ])('a signature in %s counts', async (_name, sign) => {
    expect(await deliver(EVENT, { sign })).toEqual(revoked);
  });

  it('either secret counts while it is rotated', async () => {
    const options = { webhookSecret: ['whsec_two', 'whsec_one'] };
    expect(await deliver(EVENT, { options })).toEqual(revoked);
    expect(await deliver(EVENT, { secret: 'whsec_two', options })).toEqual(revoked);
    await expect(deliver(EVENT, { secret: 'whsec_three', options })).rejects.toMatchObject({ code: 'webhook_refused' });
  });

  it('that does not say when it happened counts for everything until now', async () => {
    const { created: _, ...event } = EVENT;
    expect(await deliver(event)).toEqual({ ...revoked, effect: { ...revoked.effect, at: null } });
  });

  it('another client’s event changes nothing here', async () => {
    const event = { ...EVENT, data: { ...EVENT.data, client_id: 'app_live_other' } };
    expect(await deliver(event)).toEqual({ id: 'evt_4tP0aZ', effect: { type: 'ignored' } });
  });

  it.each<[string, unknown]>([
    ['nothing', ''],
    ['HTML', '<h1>usr_2Hk9c1qZ</h1>'],
    ['a list', [EVENT]],
    ['no id', { ...EVENT, id: undefined }],
    ['an endless id', { ...EVENT, id: 'e'.repeat(129) }],
    ['an id that is no text', { ...EVENT, id: 7 }],
    ['no type', { ...EVENT, type: undefined }],
    ['a time that is none', { ...EVENT, created: 'yesterday' }],
    ['no person in it', { ...EVENT, data: { client_id: 'app_live_a1b2c3' } }],
    ['a person that is no text', { ...EVENT, data: { sub: { $ne: null } } }],
  ])('a signed body with %s is refused', async (_name, event) => {
    const failure = (await deliver(event).catch((cause: unknown) => cause)) as { code: string; detail: string };
    expect(failure.code).toBe('webhook_refused');
    expect(failure.detail).not.toContain('usr_');
  });
});

describe('FT-B7d: an error at the callback', () => {
  const answer = async (query: Record<string, string>): Promise<RedirectOutcome> => {
    const start = redirectStart('https://id.example.com/callback/paswad');
    return finishWith(await openConnector(paswad(OPTIONS)), start, new URLSearchParams(query).toString());
  };

  it.each([
    'The token is valid but lacks the scope required for the request, or the app is not approved for it.',
    'App not approved.',
    'Your application has not been approved for scope passport.',
  ])('of an app that is not approved is the operator’s: %s', async (error_description) => {
    await expect(answer({ error: 'access_denied', error_description })).rejects.toMatchObject({
      code: 'connector_unavailable',
      message: 'the identity provider cannot be reached right now',
      detail:
        'Paswad: authorize answered access_denied: the app is not approved for what it asks; see scope, and the app in the Paswad console',
    });
  });

  it.each([undefined, 'The user denied the request.', 'You did not approve.'])(
    'of a person who said no is theirs: %s',
    async (error_description) => {
      const query = { error: 'access_denied', ...(error_description === undefined ? {} : { error_description }) };
      expect(await answer(query)).toEqual({ type: 'declined', message: null });
    },
  );

  it.each(['insufficient_scope', 'unauthorized_client', 'invalid_scope', 'invalid_request'])(
    'that the operator must mend is named in the log: %s',
    async (error) => {
      await expect(answer({ error })).rejects.toMatchObject({
        code: 'connector_unavailable',
        detail: expect.stringMatching(`^Paswad: authorize answered ${error}: `),
      });
    },
  );

  it('that is not registered is not repeated', async () => {
    await expect(answer({ error: 'constructor', error_description: 'Ada Lovelace' })).rejects.toMatchObject({
      detail: "Paswad: authorize answered with an error that is no refusal of the person's",
    });
  });
});
