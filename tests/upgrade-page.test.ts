import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ConfigError, resolveConfig } from '../packages/session-server/src/config/index.ts';
import { didit, krdpass, oidc, pasby, paswad, uaepass, wallet } from '../packages/session-server/src/index.ts';

/** Every setting of release 0.1 outside its clients, by the place where today's configuration has it. */
const RELEASED: Readonly<Record<string, string>> = {
  'top level':
    'issuer qr_base_url store secret subject_secret trusted_proxies lifetimes clients connectors admin rate_limit_factor',
  '`lifetimes`': 'unscanned_s scanned_s code_s request_uri_s frame_ms',
  '`wallet()`': 'id name issuers app_link install_url ios_app_ids android_apps',
  '`wallet()`, `issuers[]`': 'issuer client_ids jwks_uri userinfo_endpoint',
  '`wallet()`, `androidApps[]`': 'package_name sha256_cert_fingerprints',
  '`pasby()`':
    'id names api_key app_secret private_key version base_url paths app organisation modes claims payload seeds requests_per_minute egress mapClaims',
  '`pasby()`, `paths`': 'wildcard same_device different_device authorize ping stream cancel',
  '`didit()`':
    'id names client_id client_secret redirect_uri environment base_url authorization_endpoint status_endpoint cancel_endpoint notifications_endpoint token_endpoint userinfo_endpoint introspection_endpoint issuer jwks_uri session_url pkce scopes poll_ms poll_without_push_ms field_names mapClaims',
  '`didit()`, `fieldNames`': 'session_id session_token url code location',
  '`krdpass()`':
    'id names client_id client_secret private_key key_id environment cas_url app_url issuer pushed_authorization_request_endpoint authorization_endpoint token_endpoint userinfo_endpoint revocation_endpoint jwks_uri scope mapClaims',
  '`uaepass()`':
    'id names client_id client_secret environment base_url authorization_endpoint token_endpoint userinfo_endpoint logout_endpoint visitors extra_scope acr_values pkce minimum_level by_client mapClaims',
  '`uaepass()`, `byClient`': 'minimum_level sp_name',
  '`oidc()`':
    'id names issuer discovery_url client_id client_secret token_endpoint_auth_method scope prompt acr_values extra_parameters push_requests id_token_signed_response_alg authorization_endpoint token_endpoint jwks_uri userinfo_endpoint revocation_endpoint end_session_endpoint mapClaims',
  '`paswad()`': 'webhook_secret api_url',
};

interface Mistake {
  readonly path: string;
  readonly message: string;
}
/** Settings of the right names and of no use: only their names are looked at. */
type Settings = Readonly<Record<string, unknown>>;

function mistakesOf(settings: Settings): readonly Mistake[] {
  try {
    resolveConfig(settings as never);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
}

/** What the check says of settings at that place. */
const CHECKS: Readonly<Record<string, (settings: Settings) => readonly Mistake[]>> = {
  'top level': mistakesOf,
  '`lifetimes`': (lifetimes) => mistakesOf({ lifetimes }),
  '`wallet()`': (options) => wallet(options as never).issues,
  '`wallet()`, `issuers[]`': (issuer) => wallet({ issuers: [issuer] } as never).issues,
  '`wallet()`, `androidApps[]`': (app) => wallet({ androidApps: [app] } as never).issues,
  '`pasby()`': (options) => pasby(options as never).issues,
  '`pasby()`, `paths`': (paths) => pasby({ paths } as never).issues,
  '`didit()`': (options) => didit(options as never).issues,
  '`didit()`, `fieldNames`': (fieldNames) => didit({ fieldNames } as never).issues,
  '`krdpass()`': (options) => krdpass(options as never).issues,
  '`uaepass()`': (options) => uaepass(options as never).issues,
  '`uaepass()`, `byClient`': (client) => uaepass({ byClient: { shop: client } } as never).issues,
  '`oidc()`': (options) => oidc(options as never).issues,
  '`paswad()`': (options) => paswad(options as never).issues,
};

const PAGE = readFileSync(join(import.meta.dirname, '../docs/guides/upgrade.md'), 'utf8');

/** The page's table: old names with their new ones, by place. */
function renamedOnThePage(): Readonly<Record<string, readonly string[]>> {
  const [, section = ''] = PAGE.split('\n## Settings\n');
  const rows = [...(section.split('\n## ')[0] ?? '').matchAll(/^\| (.+?) +\| (.*→.*?) +\|$/gm)];
  return Object.fromEntries(
    rows
      .filter(([, place]) => place !== 'place')
      .map(([, place = '', names = '']) => [
        place,
        [...names.matchAll(/`(\w+)` → `(\w+)`/g)].map(([, old, now]) => `${old} → ${now}`).toSorted(),
      ]),
  );
}

/** The names that the check has for the settings of release 0.1 at that place; it must know all of them. */
function renamedByTheCheck(place: string): readonly string[] {
  const names = (RELEASED[place] ?? '').split(' ');
  const mistakes = CHECKS[place]?.(Object.fromEntries(names.map((name) => [name, null]))) ?? [];
  const lost = mistakes.filter(({ message }) => message === 'is not a known setting');
  expect(lost, `${place}: a setting that is neither known nor has a new name`).toEqual([]);
  return mistakes
    .flatMap(({ path, message }) => {
      const [, name] = /^is now `(\w+)`$/.exec(message) ?? [];
      return name === undefined ? [] : [`${path.split('.').at(-1)} → ${name}`];
    })
    .toSorted();
}

it('FT-C8b: the upgrade page has the new name of each setting of release 0.1, as the check reports it', () => {
  const reported = Object.fromEntries(Object.keys(RELEASED).map((place) => [place, renamedByTheCheck(place)]));
  expect(Object.values(reported).flat().length, 'or this test reads no reports').toBeGreaterThan(80);
  expect(renamedOnThePage()).toEqual(reported);
});

it('what paswad() takes of oidc() has the same new names', () => {
  const names = (RELEASED['`oidc()`'] ?? '').split(' ');
  const options = Object.fromEntries(names.map((name) => [name, null]));
  const renamed = (issues: readonly Mistake[]): readonly string[] =>
    issues.filter(({ message }) => message.startsWith('is now ')).map(({ path, message }) => `${path} ${message}`);
  expect(renamed(paswad(options as never).issues).toSorted()).toEqual(
    renamed(oidc(options as never).issues).toSorted(),
  );
});

it('what the upgrade page says is refused now, the check refuses', () => {
  const found = mistakesOf({
    issuer: 'http://127.0.0.1:4400',
    admin: { port: 4400 },
    clients: [{ client_id: 'shop', redirect_uris: ['https://shop.example/*'] }],
  });
  const places = found.map(({ path }) => path);
  for (const [place, words] of [
    ['admin.port', "- `admin.port` may not be the issuer's own port"],
    ['clients[0].redirect_uris[0]', '- `*` in `redirect_uris` is refused'],
  ] as const) {
    expect(places).toContain(place);
    expect(PAGE).toContain(words);
  }
});
