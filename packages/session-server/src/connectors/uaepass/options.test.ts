import { describe, expect, it } from 'vitest';
import { resolveUaePassOptions, type UaePassOptions } from './options.ts';
import { askedInWords, scopeFor } from './scope.ts';

const client = { client_id: 'sandbox_stage', client_secret: 'sandbox_stage', minimumLevel: 'SOP2' } as const;

function resolved(options: Partial<UaePassOptions> = {}) {
  const result = resolveUaePassOptions({ ...client, ...options });
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.options;
}

describe('endpoints', () => {
  it('are those of staging unless said otherwise', () => {
    expect(resolved()).toMatchObject({
      authorization_endpoint: 'https://stg-id.uaepass.ae/idshub/authorize',
      token_endpoint: 'https://stg-id.uaepass.ae/idshub/token',
      userinfo_endpoint: 'https://stg-id.uaepass.ae/idshub/userinfo',
      logout_endpoint: 'https://stg-id.uaepass.ae/idshub/logout',
    });
  });

  it('are those of production when asked for', () => {
    expect(resolved({ environment: 'production' })).toMatchObject({
      authorization_endpoint: 'https://id.uaepass.ae/idshub/authorize',
      token_endpoint: 'https://id.uaepass.ae/idshub/token',
      userinfo_endpoint: 'https://id.uaepass.ae/idshub/userinfo',
      logout_endpoint: 'https://id.uaepass.ae/idshub/logout',
    });
  });

  it('follow another base, and each may be set alone', () => {
    const options = resolved({ base_url: 'http://127.0.0.1:1/idshub/', token_endpoint: 'https://t.example/x?y=1' });
    expect(options).toMatchObject({
      authorization_endpoint: 'http://127.0.0.1:1/idshub/authorize',
      token_endpoint: 'https://t.example/x?y=1',
      userinfo_endpoint: 'http://127.0.0.1:1/idshub/userinfo',
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
    expect(forOwn({ extra_scope: ['urn:x', general] })).toEqual([general, 'urn:x']);
  });

  it('FT-B6a: is the general one alone, which gives all or nothing, unless the website asks for UAE PASS’s own claims', () => {
    const options = resolved({ visitors: true, extra_scope: ['urn:x'] });
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
      message: 'is now spelled minimumLevel',
    });
    expect(issuesOf({ ...client, by_client: { shop: { minimum_level: 'SOP3' } } })).toEqual([
      { path: 'by_client.shop.minimum_level', message: 'is now spelled minimumLevel' },
    ]);
  });
});

describe('a mistake names its field', () => {
  it.each([
    ['client_id', { client_id: '' }],
    ['client_id', { client_id: 'a:b' }],
    ['client_secret', { client_secret: undefined }],
    ['id', { id: 'UAE PASS' }],
    ['names', { names: { ar: 'x' } }],
    ['environment', { environment: 'live' }],
    ['base_url', { base_url: 'http://id.uaepass.ae/idshub' }],
    ['base_url', { base_url: 'https://id.uaepass.ae/?x=1' }],
    ['token_endpoint', { token_endpoint: 'ftp://x.example' }],
    ['userinfo_endpoint', { userinfo_endpoint: 'https://me:secret@x.example/' }],
    ['logout_endpoint', { logout_endpoint: 'nonsense' }],
    ['authorization_endpoint', { authorization_endpoint: 'https://x.example/#y' }],
    ['extra_scope.0', { extra_scope: ['openid'] }],
    ['extra_scope.0', { extra_scope: ['two words'] }],
    ['minimumLevel', { minimumLevel: 'SOP4' }],
    ['minimumLevel', { minimumLevel: undefined }],
    ['by_client.shop.minimumLevel', { by_client: { shop: { minimumLevel: 'sop2' } } }],
    ['by_client.shop.sp_name', { by_client: { shop: { sp_name: { ar: 'x' } } } }],
    ['mapClaims', { mapClaims: 'function' }],
    ['scope', { scope: 'openid' }],
  ])('%s', (field, wrong) => {
    const result = resolveUaePassOptions({ ...client, ...wrong } as unknown as UaePassOptions);
    if (result.ok) throw new Error('it was accepted');
    expect(result.issues.map(({ path }) => path.split('.en')[0])).toContain(field);
    expect(JSON.stringify(result.issues)).not.toContain('secret@');
  });

  it.each([[undefined], [null], ['x'], [[]]])('also where there are no options at all: %s', (options) => {
    expect(resolveUaePassOptions(options as unknown as UaePassOptions).ok).toBe(false);
  });
});
