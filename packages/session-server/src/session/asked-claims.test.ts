import { expect, it } from 'vitest';
import { agreedClaims, allowedClaims, askedClaims, askedScope, singleClaims } from './asked-claims.ts';
import type { ClaimsRequest } from './authorization-request.ts';

const asking = (...names: readonly string[]) => names.map((name) => ({ name, values: null }));
const CLIENT = { scope: ['openid', 'profile', 'email', 'wallet', 'pasby'], connectors: ['wallet'] };
const allowed = (userinfo: readonly string[], id_token: readonly string[] = [], scope = ['openid']): ClaimsRequest =>
  allowedClaims({ userinfo: asking(...userinfo), id_token: asking(...id_token) }, scope, CLIENT);

it('FT-D14a: a claim is allowed where a scope of the client covers it, its connectors’ own among them', () => {
  const { userinfo, id_token, scope } = allowed(['email', 'phone_number', 'sub', 'pasby'], ['wallet', 'acr', 'name']);
  expect(userinfo.map(({ name }) => name)).toEqual(['email']);
  expect(id_token.map(({ name }) => name)).toEqual(['wallet', 'name']);
  expect(scope).toEqual(['profile', 'email', 'wallet']);
  expect(allowed(['email'], [], ['openid', 'email']).scope, 'asked for already').toEqual([]);
});

it('FT-D14a: a person agrees to single claims by the scope that covers them, and to no more of it', () => {
  const request = { scope: ['openid'], claims: allowed(['email'], ['name', 'nationalities']) };
  expect(askedScope(request)).toEqual(['openid', 'profile', 'email', 'wallet']);
  expect(askedClaims(request, 'wallet')).toEqual([
    { scope: 'openid', claims: ['sub'] },
    { scope: 'profile', claims: ['name'] },
    { scope: 'email', claims: ['email'] },
    { scope: 'wallet', claims: ['nationalities'] },
  ]);
  expect(
    askedClaims(request, 'other').map(({ scope }) => scope),
    'another app has no such claims',
  ).not.toContain('wallet');
  expect([...agreedClaims(request, ['openid'], ['email'], 'wallet')]).toEqual(['sub', 'email']);
  expect([...agreedClaims(request, ['openid'], [], 'wallet')]).toEqual(['sub']);
  expect([...agreedClaims(request, ['openid'], ['wallet'], 'wallet')]).toEqual(['sub', 'nationalities']);
  expect(singleClaims(request, ['openid', 'email'])).toEqual({ claims: ['sub', 'email'] });
});

it('a request without single claims is as it was', () => {
  const request = { scope: ['openid', 'email'] };
  expect(askedScope(request)).toBe(request.scope);
  expect(askedClaims(request, 'wallet')).toEqual([
    { scope: 'openid', claims: ['sub'] },
    { scope: 'email', claims: ['email', 'email_verified'] },
  ]);
  expect(singleClaims(request, ['openid'])).toEqual({});
});
