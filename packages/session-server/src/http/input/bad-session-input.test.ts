import { isDeepStrictEqual } from 'node:util';
import type { SessionHandle } from '@beckon/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, scanOf, startHarness } from '../../test-support/harness.ts';
import { type RawResponse, rawRequest, requestText } from '../../test-support/raw-request.ts';
import { aRefusal, refusalOf } from '../../test-support/refusal.ts';
import { shownText } from '../../test-support/shown-text.ts';

/** What a session’s own endpoints are told wrongly: it is named, and nothing happens to the session. */
let harness: Harness;
let before: readonly unknown[];
let session: SessionHandle;
let walletToken: string;

beforeAll(async () => {
  harness = await startHarness();
  session = await harness.session();
  walletToken = await harness.wallet.token();
});
afterAll(() => harness.close());
beforeEach(() => {
  before = harness.resting();
});
afterEach(() => {
  if (!isDeepStrictEqual(harness.resting(), before)) throw new Error('a refused request left something behind');
});

const JSON_TYPE = 'Content-Type: application/json';
const send = (
  method: string,
  target: string,
  headers: readonly string[],
  body: string | Uint8Array = '',
): Promise<RawResponse> => rawRequest(harness.port, requestText({ method, target, headers, body }));

it('FT-D17d: of very many wrong members eight are named', async () => {
  const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`p${n}`, 1]));
  const own = [JSON_TYPE, `Authorization: Bearer ${session.session_secret}`];
  const { status, body } = await send('POST', `/session/${session.session_id}/cancel`, own, JSON.stringify(many));
  expect(status).toBe(400);
  const { error_description } = JSON.parse(body) as { readonly error_description: string };
  expect(error_description.split('; ')).toHaveLength(8);
});

describe('a session’s endpoint', () => {
  it.each<[string, string, string, string, number, string]>([
    ['an unknown connector', 'POST', 'connector', '{"connector":"nope","mode":"qr"}', 400, 'connector: not one'],
    ['a prototype key', 'POST', 'connector', '{"connector":"__proto__","mode":"qr"}', 400, 'connector: not one'],
    [
      'wrong types',
      'POST',
      'connector',
      '{"connector":1,"mode":{},"login_hint":[]}',
      400,
      'connector: must be a string; mode: must be "qr" or "same_device" or "direct"; login_hint: must be a string',
    ],
    ['nothing', 'POST', 'connector', '', 400, 'connector: is missing; mode: is missing'],
    ['an unknown member', 'POST', 'connector', '{"connector":"wallet","mode":"qr","x":1}', 400, 'x: is not known here'],
    ['a mode that is not offered', 'POST', 'connector', '{"connector":"wallet","mode":"direct"}', 400, 'mode: not one'],
    [
      'a long hint',
      'POST',
      'connector',
      `{"connector":"wallet","mode":"qr","login_hint":"${'1'.repeat(257)}"}`,
      400,
      'login_hint: is longer than 256',
    ],
    ['a body for renew', 'POST', 'renew', '{"client_id":"spa"}', 400, 'client_id: is not known here'],
    ['a body for cancel', 'POST', 'cancel', '{"reason":"x"}', 400, 'reason: is not known here'],
    ['a version below zero', 'GET', 'status?after=-1', '', 400, 'after: must be a version number'],
    ['a version that is none', 'GET', 'status?after=1e3', '', 400, 'after: must be a version number'],
    ['two versions', 'GET', 'status?after=1&after=2', '', 400, 'after: was sent more than once'],
    ['a wait of hours', 'GET', 'status?after=1&wait=99999', '', 400, 'wait: must be whole seconds'],
    ['an unknown parameter', 'GET', 'status?since=1', '', 400, 'since: is not known here'],
    ['a prototype parameter', 'GET', 'status?__proto__=1', '', 400, '__proto__: is not known here'],
    [
      'broken percent-encoding',
      'GET',
      'status?after=%ff',
      '',
      400,
      'after: the percent-encoding must be that of UTF-8',
    ],
  ])('hears %s', async (_what, method, path, body, status, says) => {
    const headers = [`Authorization: Bearer ${session.session_secret}`, ...(body === '' ? [] : [JSON_TYPE])];
    expect(refusalOf(await send(method, `/session/${session.session_id}/${path}`, headers, body))).toEqual(
      aRefusal(status, says),
    );
  });

  it.each(['connector', 'status', 'renew', 'cancel', 'confirm'])('%s is for the holder of the secret', async (path) => {
    const method = path === 'status' ? 'GET' : 'POST';
    const target = `/session/${session.session_id}/${path}`;
    for (const authorization of [
      'X-None: 1',
      // A website's server reads the status of its own sessions: `http/routes/backend-status.test.ts`.
      ...(path === 'status' ? [] : ['Authorization: Basic eDp5']),
      'Authorization: Bearer',
      'Authorization: Bearer a b',
    ])
      expect(refusalOf(await send(method, target, [authorization]))).toEqual(
        aRefusal(401, 'must be Bearer with the session_secret'),
      );
    for (const secret of ['x', 'x'.repeat(43), walletToken.slice(0, 128)])
      expect(refusalOf(await send(method, target, [`Authorization: Bearer ${secret}`]))).toEqual(
        aRefusal(404, 'no such session', 'session_not_found'),
      );
  });

  it('is not opened by another session’s secret', async () => {
    const other = await harness.session();
    before = harness.resting();
    const headers = [`Authorization: Bearer ${other.session_secret}`];
    const response = await send('POST', `/session/${session.session_id}/cancel`, headers);
    expect(refusalOf(response)).toEqual(aRefusal(404, 'no such session', 'session_not_found'));
  });
});

describe('the wallet’s endpoints', () => {
  const info = (query: string): string => `/session/${session.session_id}/information${query}`;
  const mac = 'A'.repeat(26);

  it.each<[string, string, number, string, string?]>([
    ['nothing', '', 400, 'step: is missing: the part of the code between the dots; mac: is missing'],
    ['a step that is none', `?step=-1&mac=${mac}`, 400, 'step: must be a step as the code has it'],
    ['a MAC that is none', '?step=0&mac=0189', 400, 'mac: must be 26 characters of base32'],
    ['a doubled MAC', `?step=0&mac=${mac}&mac=${mac}`, 400, 'mac: was sent more than once'],
    ['an unknown parameter', `?step=0&mac=${mac}&session=x`, 400, 'session: is not known here'],
    ['a MAC that we did not make', `?step=0&mac=${mac}`, 400, 'mac: this server did not make this code'],
  ])('information hears %s', async (_what, query, status, says, error) => {
    expect(refusalOf(await send('GET', info(query), [`Authorization: Bearer ${walletToken}`]))).toEqual(
      aRefusal(status, says, error),
    );
  });

  it('information never takes a code of another session', async () => {
    const other = await harness.session();
    before = harness.resting();
    const scan = scanOf(shownText(other.qr));
    const response = await send('GET', info(`?step=${scan.step}&mac=${scan.mac}`), [
      `Authorization: Bearer ${walletToken}`,
    ]);
    expect(refusalOf(response)).toEqual(aRefusal(400, 'this server did not make this code'));
  });

  it.each<[string, string, string]>([
    ['nothing', '{}', 'decision: must be "approve" or "decline"; retrieval_token: is missing'],
    [
      'wrong types',
      '{"decision":true,"accepted_scopes":"openid","verification":42,"retrieval_token":1}',
      'accepted_scopes: must be an array; verification: must be a string',
    ],
    [
      'three digits',
      '{"decision":"approve","verification":"123","retrieval_token":"x"}',
      'verification: must be the two digits',
    ],
    [
      'an unknown member',
      '{"decision":"approve","retrieval_token":"x","claims":{"email":"x"}}',
      'claims: is not known here',
    ],
    [
      'an unknown reason',
      '{"decision":"decline","retrieval_token":"x","reason":"bored"}',
      'reason: must be "user" or "not_me"',
    ],
    [
      '65 scopes',
      JSON.stringify({ decision: 'approve', retrieval_token: 'x', accepted_scopes: Array(65).fill('a') }),
      'accepted_scopes: is longer than 64',
    ],
  ])('update hears %s', async (_what, body, says) => {
    const headers = [`Authorization: Bearer ${walletToken}`, JSON_TYPE];
    expect(refusalOf(await send('POST', `/session/${session.session_id}/update`, headers, body))).toEqual(
      aRefusal(400, says),
    );
  });

  it.each<[string, Record<string, unknown>, string | undefined, string]>([
    ['of another issuer', { iss: 'https://evil.example' }, undefined, 'its issuer is not configured'],
    ['for another audience', { aud: 'https://id.example' }, undefined, 'aud'],
    ['that is an id_token', {}, 'JWT', 'typ'],
    ['of another app', { client_id: 'other' }, undefined, 'client_id is not one of the wallet apps'],
    ['without the scope', { scope: 'openid' }, undefined, 'lacks beckon:approve'],
    ['that has expired', { exp: 1 }, undefined, 'expired'],
    ['without a subject', { sub: '' }, undefined, 'names no subject'],
  ])('refuse a token %s', async (_what, claims, typ, says) => {
    const token = await harness.wallet.token({ claims, ...(typ === undefined ? {} : { typ }) });
    const response = await send('GET', info(`?step=0&mac=${mac}`), [`Authorization: Bearer ${token}`]);
    expect(refusalOf(response)).toEqual(aRefusal(401, says, 'wallet_not_trusted'));
    expect(response.headers['www-authenticate']).toBe('Bearer realm="beckon"');
  });
});
