import { describe, expect, it } from 'vitest';
import { hashSecret } from '../secrets/index.ts';
import type { Client } from '../session/index.ts';
import { authenticateClient } from './client-authentication.ts';
import { readParams } from './params.ts';

const client = (client_id: string, method: Client['token_endpoint_auth_method'], ...secrets: string[]): Client =>
  ({
    client_id,
    token_endpoint_auth_method: method,
    client_secret_hashes: secrets.map(hashSecret),
  }) as unknown as Client;
const registered = new Map(
  [
    client('shop', 'client_secret_basic', 'new secret+%', 'old'),
    client('other', 'client_secret_basic', 'Kq+/x%20=='),
    client('poster', 'client_secret_post', 'secret'),
    client('spa', 'none'),
    client('urn:x:y', 'client_secret_basic', 'secret'),
  ].map((known) => [known.client_id, known]),
);
const clients = {
  find: (id: string) => Promise.resolve(id === 'off' ? null : (registered.get(id) ?? null)),
  registered: (id: string) => Promise.resolve(registered.get(id) ?? null),
  knowsOrigin: () => Promise.resolve(true),
};

const form = (text: string) => encodeURIComponent(text).replaceAll('%20', '+');
const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${form(id)}:${form(secret)}`).toString('base64')}`;
const raw = (pair: string | Buffer) => `Basic ${Buffer.from(pair).toString('base64')}`;

async function authenticate(authorization: string | null, body: Record<string, string> | string = ''): Promise<string> {
  const params = readParams(new URLSearchParams(body).toString());
  const heard: string[] = [];
  const found = await authenticateClient(
    { authorization, params, admit: ({ client_id }) => void heard.push(client_id) },
    clients,
  );
  expect(heard, 'admitted another one').toEqual([found.client_id]);
  return found.client_id;
}

describe('accepted', () => {
  it.each<[string, string | null, Record<string, string>, string]>([
    ['Basic, both parts form-encoded', basic('shop', 'new secret+%'), {}, 'shop'],
    ['the older of two secrets', basic('shop', 'old'), {}, 'shop'],
    ['a client_id with colons', basic('urn:x:y', 'secret'), {}, 'urn:x:y'],
    ['Basic with the same client_id in the body', basic('shop', 'old'), { client_id: 'shop' }, 'shop'],
    ['basic in lower case', basic('shop', 'old').replace('Basic', 'basic'), {}, 'shop'],
    ['the secret in the body, registered for it', null, { client_id: 'poster', client_secret: 'secret' }, 'poster'],
    ['the secret in the body, registered for Basic', null, { client_id: 'shop', client_secret: 'old' }, 'shop'],
    ['a public client', null, { client_id: 'spa' }, 'spa'],
    ['a public client in a Basic header without secret', raw('spa:'), {}, 'spa'],
  ])('%s', async (_what, authorization, body, id) => {
    expect(await authenticate(authorization, body)).toBe(id);
  });
});

describe('FT-C2f: a secret of Basic counts form-encoded and as it stands, and in no other form', () => {
  it.each([
    ['form-encoded', basic('shop', 'new secret+%'), 'shop'],
    ['as it stands, which is no form encoding', raw('shop:new secret+%'), 'shop'],
    ['form-encoded, of base64', basic('other', 'Kq+/x%20=='), 'other'],
    ['as it stands, which could be a form encoding', raw('other:Kq+/x%20=='), 'other'],
  ])('%s', async (_what, authorization, id) => {
    expect(await authenticate(authorization)).toBe(id);
  });

  it.each([
    ['form-encoded twice', basic('shop', form('new secret+%'))],
    ['decoded where it could be a form encoding', raw('other:Kq /x ==')],
    ['a wrong one that is not form-encoded', raw('shop:new secret%')],
  ])('not %s', async (_what, authorization) => {
    await expect(authenticate(authorization)).rejects.toMatchObject({ code: 'invalid_client', status: 401 });
  });
});

describe('refused as invalid_client, with a challenge', () => {
  it.each<[string, string | null, Record<string, string>]>([
    ['nothing', null, {}],
    ['an unknown client', null, { client_id: 'unknown' }],
    ['an unknown client with a secret', basic('unknown', 'x'), {}],
    ['a wrong secret', basic('shop', 'wrong'), {}],
    ['a wrong secret in the body', null, { client_id: 'poster', client_secret: 'wrong' }],
    ['no secret of a confidential client', null, { client_id: 'shop' }],
    ['an empty secret', raw('shop:'), {}],
    ['a public client with a secret', null, { client_id: 'spa', client_secret: 'x' }],
    ['a public client with the secret that no client has', basic('spa', '-'), {}],
    ['Basic where the body is registered', basic('poster', 'secret'), {}],
    ['another scheme', 'Bearer abc', {}],
    ['no base64', 'Basic ***', {}],
    ['no colon', raw('shop'), {}],
    ['no UTF-8', raw(Buffer.from([0xff, 0x3a, 0xff])), {}],
    ['a secret too long to look at', basic('shop', 'x'.repeat(2000)), {}],
    ['an assertion', null, { client_id: 'shop', client_assertion: 'eyJ', client_assertion_type: 'urn:x' }],
  ])('%s', async (_what, authorization, body) => {
    await expect(authenticate(authorization, body)).rejects.toMatchObject({
      code: 'invalid_client',
      status: 401,
      headers: { 'WWW-Authenticate': expect.stringMatching(/^Basic realm="/) as string },
    });
  });
});

describe('refused as invalid_request', () => {
  it.each<[string, string | null, Record<string, string> | string]>([
    ['two methods at once', basic('shop', 'old'), { client_secret: 'old' }],
    ['two clients at once', basic('shop', 'old'), { client_id: 'poster' }],
    ['a doubled parameter', null, 'client_id=spa&client_id=spa'],
  ])('%s', async (_what, authorization, body) => {
    await expect(authenticate(authorization, body)).rejects.toMatchObject({ code: 'invalid_request', status: 400 });
  });
});

it('a wrong secret and an unknown client are told the same', async () => {
  const [wrong, unknown] = await Promise.allSettled([
    authenticate(basic('shop', 'wrong')),
    authenticate(basic('unknown', 'wrong')),
  ]);
  expect(wrong).toEqual(unknown);
});
