import { isDeepStrictEqual } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, REQUEST, SHOP_ORIGIN, startHarness } from '../../test-support/harness.ts';
import { type RawResponse, rawRequest, requestText } from '../../test-support/raw-request.ts';
import { aRefusal, refusalOf } from '../../test-support/refusal.ts';

/** Bodies and authorization requests that are wrong: each is named, and none leaves anything behind. */
let harness: Harness;
let before: readonly unknown[];

beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());
beforeEach(() => {
  before = harness.resting();
});
afterEach(() => {
  if (!isDeepStrictEqual(harness.resting(), before)) throw new Error('a refused request left something behind');
});

const JSON_TYPE = 'Content-Type: application/json';
const FORM_TYPE = 'Content-Type: application/x-www-form-urlencoded';
const send = (
  method: string,
  target: string,
  headers: readonly string[],
  body: string | Uint8Array = '',
): Promise<RawResponse> => rawRequest(harness.port, requestText({ method, target, headers, body }));

const good = JSON.stringify(REQUEST);
const beginning = (member: string): string => good.replace('{', `{${member},`);

describe('SEC-BODY: a JSON body', () => {
  it.each<[string, string, string | Uint8Array, number, string]>([
    ['of no media type', 'X-Nothing: 1', good, 415, 'must be application/json'],
    [
      'as text, which a form of another site can send',
      'Content-Type: text/plain',
      good,
      415,
      'must be application/json',
    ],
    ['as a form', FORM_TYPE, new URLSearchParams(REQUEST).toString(), 415, 'must be application/json'],
    ['of a media type that only looks alike', 'Content-Type: application/vnd.api+json', good, 415, 'application/json'],
    ['in UTF-16', `${JSON_TYPE}; charset=utf-16le`, Buffer.from(good, 'utf16le'), 415, 'charset must be UTF-8'],
    ['in UTF-16 that says nothing of it', JSON_TYPE, Buffer.from(good, 'utf16le'), 400, 'not valid JSON'],
    ['in Latin 1', `${JSON_TYPE}; charset="iso-8859-1"`, good, 415, 'charset must be UTF-8'],
    [
      'with bytes that are no UTF-8',
      JSON_TYPE,
      Buffer.concat([Buffer.from('{"state":"'), Buffer.from([0xff, 0x22, 0x7d])]),
      400,
      'not valid UTF-8',
    ],
    [
      'with half a surrogate pair',
      JSON_TYPE,
      good.replace('the-state', String.raw`\ud83d`),
      400,
      'state: must be text',
    ],
    ['that is cut off', JSON_TYPE, good.slice(0, -1), 400, 'not valid JSON'],
    ['with a comment', JSON_TYPE, `${good}//`, 400, 'not valid JSON'],
    ['that is a list', JSON_TYPE, `[${good}]`, 400, 'must be a JSON object'],
    ['that is null', JSON_TYPE, 'null', 400, 'must be a JSON object'],
    ['that is a string', JSON_TYPE, '"client_id"', 400, 'must be a JSON object'],
    ['of nothing', JSON_TYPE, '', 400, 'client_id: is missing'],
    ['with a member twice', JSON_TYPE, beginning('"client_id":"spa"'), 400, 'client_id: was sent more than once'],
    [
      'with a member twice, once escaped',
      JSON_TYPE,
      beginning(String.raw`"client\u005fid":"spa"`),
      400,
      'client_id: was sent',
    ],
    ['as deep as it fits', JSON_TYPE, `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`, 400, 'a: must be a string'],
    [
      'with values of the wrong type',
      JSON_TYPE,
      '{"client_id":1,"scope":["openid"],"state":null}',
      400,
      'client_id: must be a string; scope: must be a string; state: must be a string',
    ],
    ['with a name of 20,000 characters', JSON_TYPE, beginning(`"${'n'.repeat(20_000)}":"x"`), 400, 'a member: '],
    [
      'with a value that is too long',
      JSON_TYPE,
      good.replace('the-state', 's'.repeat(4097)),
      400,
      'state: is longer than 4096',
    ],
    ['over 32 KiB', JSON_TYPE, beginning(`"x":"${'x'.repeat(32_768)}"`), 413, 'longer than 32 KiB'],
    ['with constructor', JSON_TYPE, beginning('"constructor":{"prototype":1}'), 400, 'constructor: must be a string'],
  ])('%s', async (_what, type, body, status, says) => {
    expect(refusalOf(await send('POST', '/session', [type, `Origin: ${SHOP_ORIGIN}`], body))).toEqual(
      aRefusal(status, says),
    );
  });

  it('that is compressed is not unpacked', async () => {
    expect(refusalOf(await send('POST', '/session', [JSON_TYPE, 'Content-Encoding: gzip'], good))).toEqual(
      aRefusal(415, 'Content-Encoding'),
    );
  });

  it('in broken chunks', async () => {
    const headers = [JSON_TYPE, 'Transfer-Encoding: chunked'];
    const bytes = Buffer.concat([
      requestText({ method: 'POST', target: '/session', headers }),
      Buffer.from('zz\r\n{}\r\n0\r\n\r\n'),
    ]);
    expect(refusalOf(await rawRequest(harness.port, bytes))).toEqual(aRefusal(400, 'HTTP/1.1'));
  });
});

describe('an authorization request', () => {
  it.each<[string, Record<string, string>, string, string, number?]>([
    ['of an unknown client', { client_id: 'unknown' }, 'client_id: no such client', 'invalid_request'],
    ['of a prototype key', { client_id: '__proto__' }, 'client_id: no such client', 'invalid_request'],
    [
      'to another redirect URI',
      { redirect_uri: `${SHOP_ORIGIN}/callback/` },
      'redirect_uri: not one',
      'invalid_request',
    ],
    ['with a null byte', { state: 'a\0b' }, 'state: contains a control character', 'invalid_request'],
    [
      'for another response type',
      { response_type: 'token' },
      'response_type: must be code',
      'unsupported_response_type',
    ],
    [
      'without PKCE',
      { code_challenge: '', code_challenge_method: '' },
      'code_challenge: is missing',
      'invalid_request',
    ],
    ['for a connector that there is not', { connector: 'nope' }, 'connector: not one', 'invalid_request'],
    [
      'that was never pushed',
      { request_uri: 'urn:ietf:params:oauth:request_uri:NOPE' },
      'is over',
      'request_expired',
      410,
    ],
  ])('%s', async (_what, changes, says, error, status = 400) => {
    const body = JSON.stringify({ ...REQUEST, ...changes });
    expect(refusalOf(await send('POST', '/session', [JSON_TYPE], body))).toEqual(aRefusal(status, says, error));
  });

  it('of a page of another client', async () => {
    const response = await send('POST', '/session', [JSON_TYPE, 'Origin: https://spa.example'], good);
    expect(refusalOf(response)).toEqual(aRefusal(403, 'allowed_origins', 'origin_not_allowed'));
  });
});
