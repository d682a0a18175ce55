import { describe, expect, it } from 'vitest';
import { resolveUaePassOptions, type UaePassOptions } from './options.ts';
import { levelsOf } from './levels.ts';
import { askedInWords, scopeFor } from './scope.ts';

const client = { clientId: 'sandbox_stage', clientSecret: 'sandbox_stage', minimumLevel: 'SOP2' } as const;

function resolved(options: Partial<UaePassOptions> = {}) {
  const result = resolveUaePassOptions({ ...client, ...options });
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.options;
}

describe('endpoints', () => {
  it('are those of staging unless said otherwise', () => {
    expect(resolved()).toMatchObject({
      authorizationEndpoint: 'https://stg-id.uaepass.ae/idshub/authorize',
      tokenEndpoint: 'https://stg-id.uaepass.ae/idshub/token',
      userinfoEndpoint: 'https://stg-id.uaepass.ae/idshub/userinfo',
      logoutEndpoint: 'https://stg-id.uaepass.ae/idshub/logout',
    });
  });

  it('are those of production when asked for', () => {
    expect(resolved({ environment: 'production' })).toMatchObject({
      authorizationEndpoint: 'https://id.uaepass.ae/idshub/authorize',
      tokenEndpoint: 'https://id.uaepass.ae/idshub/token',
      userinfoEndpoint: 'https://id.uaepass.ae/idshub/userinfo',
      logoutEndpoint: 'https://id.uaepass.ae/idshub/logout',
    });
  });

  it('follow another base, and each may be set alone', () => {
    const options = resolved({ baseUrl: 'http://127.0.0.1:1/idshub/', tokenEndpoint: 'https://t.example/x?y=1' });
    expect(options).toMatchObject({
      authorizationEndpoint: 'http://127.0.0.1:1/idshub/authorize',
      tokenEndpoint: 'https://t.example/x?y=1',
      userinfoEndpoint: 'http://127.0.0.1:1/idshub/userinfo',
    });
  });
});

describe('the scope', () => {
  it('is UAE PASS’s general one, with the visitors’ on request', () => {
    const general = 'urn:uae:digitalid:profile:general';
    const forOwn = (options: Partial<UaePassOptions> = {}): readonly string[] =>
      scopeFor(['openid', 'uaepass'], resolved(options));
    expect(forOwn()).toEqual([general]);
    expect(forOwn({ visitors: true })).toEqual([general, `${general}:profileType`, `${general}:unifiedId`]);
    expect(forOwn({ extraScope: ['urn:x', general] })).toEqual([general, 'urn:x']);
  });

  it('FT-B6a: is the general one alone, which gives all or nothing, unless the website asks for UAE PASS’s own claims', () => {
    const options = resolved({ visitors: true, extraScope: ['urn:x'] });
    for (const asked of [['openid'], ['openid', 'profile', 'email', 'phone']]) {
      expect(scopeFor(asked, options)).toEqual(['urn:uae:digitalid:profile:general']);
      expect(askedInWords(asked, options).map(({ en }) => en)).toEqual([
        expect.stringContaining('UAE PASS shares no less'),
      ]);
    }
    expect(askedInWords(['openid', 'uaepass'], options)).toHaveLength(2);
  });
});

it('FT-A8a: a PKCE challenge is sent unless the operator says otherwise', () => {
  expect(resolved().pkce).toBe(true);
  expect(resolved({ pkce: false }).pkce).toBe(false);
});

describe('FT-A8b: the operator names the minimum level', () => {
  const issuesOf = (options: object): readonly unknown[] => {
    const result = resolveUaePassOptions(options as UaePassOptions);
    return result.ok ? [] : result.issues;
  };
  const { minimumLevel: _, ...unsaid } = client;

  it('there is none by default', () => {
    expect(issuesOf(unsaid)).toEqual([{ path: 'minimumLevel', message: 'must be one of SOP1, SOP2, SOP3' }]);
  });

  it('the old spelling is a mistake that says the new one', () => {
    expect(issuesOf({ ...unsaid, minimum_level: 'SOP2' })).toContainEqual({
      path: 'minimum_level',
      message: 'is now `minimumLevel`',
    });
    expect(issuesOf({ ...client, byClient: { shop: { minimum_level: 'SOP3' } } })).toEqual([
      { path: 'byClient.shop.minimum_level', message: 'is now `minimumLevel`' },
    ]);
  });
});

describe('a mistake names its field', () => {
  it.each([
    ['clientId', { clientId: '' }],
    ['clientSecret', { clientSecret: undefined }],
    ['baseUrl', { baseUrl: 'https://id.uaepass.ae/?x=1' }],
    ['tokenEndpoint', { tokenEndpoint: 'ftp://x.example' }],
    ['userinfoEndpoint', { userinfoEndpoint: 'https://me:secret@x.example/' }],
    ['logoutEndpoint', { logoutEndpoint: 'nonsense' }],
    ['authorizationEndpoint', { authorizationEndpoint: 'https://x.example/#y' }],
    ['extraScope.0', { extraScope: ['two words'] }],
    ['byClient.shop.minimumLevel', { byClient: { shop: { minimumLevel: 'sop2' } } }],
    ['byClient.shop.spName', { byClient: { shop: { spName: { ar: 'x' } } } }],
    ['mapClaims', { mapClaims: 'function' }],
  ])('%s', (field, wrong) => {
    const result = resolveUaePassOptions({ ...client, ...wrong } as unknown as UaePassOptions);
    if (result.ok) throw new Error('it was accepted');
    expect(result.issues.map(({ path }) => path.split('.en')[0])).toContain(field);
    expect(JSON.stringify(result.issues)).not.toContain('secret@');
  });
});

it('FT-D14c: reaches the levels of the people who may sign in to some client', () => {
  expect(levelsOf(resolved())).toEqual(['SOP2', 'SOP3']);
  expect(levelsOf(resolved({ minimumLevel: 'SOP3' }))).toEqual(['SOP3']);
  expect(levelsOf(resolved({ minimumLevel: 'SOP3', byClient: { shop: { minimumLevel: 'SOP1' }, bank: {} } }))).toEqual([
    'SOP1',
    'SOP2',
    'SOP3',
  ]);
});
