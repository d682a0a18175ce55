import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from '../config/index.ts';
import { newSecret } from '../secrets/index.ts';
import { check } from './check.ts';

/** What people get wrong in a configuration, and what `check` says to each. */
const PACKAGE = new URL('../index.ts', import.meta.url).href;
const SECRETS = {
  secret: newSecret(randomBytes),
  subjectSecret: newSecret(randomBytes),
  client_secret: newSecret(randomBytes),
  /** Written where it should not be. */
  lost: 'hunter2hunter2hunter2',
};

const GOOD_CLIENT = `client_id: 'shop', client_name: 'Shop', client_secret: '${SECRETS.client_secret}',
  redirect_uris: ['https://shop.example/callback'], allowed_origins: ['https://shop.example']`;
const GOOD_CONNECTOR = `wallet({ issuers: [{ issuer: 'https://wallet.example', clientIds: ['app'] }] })`;
const GOOD = {
  issuer: `'https://id.example.com'`,
  secret: `'${SECRETS.secret}'`,
  subjectSecret: `'${SECRETS.subjectSecret}'`,
  clients: `[{ ${GOOD_CLIENT} }]`,
  connectors: `[${GOOD_CONNECTOR}]`,
};

interface Row {
  /** Members that are put in place of, or beside, the good ones; null leaves one out. */
  readonly members?: Readonly<Record<string, string | null>>;
  /** Is put behind the members of the only client, and so before them in effect. */
  readonly client?: string;
  readonly connector?: string;
  readonly place: string;
  readonly says: string;
}

/** A mistake in the whole, in the client or in the connector. */
const MISTAKES: Readonly<Record<string, Row>> = {
  'a misspelt setting': {
    members: { trustedProxy: `['10.0.0.0/8']` },
    place: 'trustedProxy',
    says: 'is not a known setting: did you mean `trustedProxies`?',
  },
  'a misspelt setting in place of one that is required': {
    members: { issuer: null, isuer: GOOD.issuer },
    place: 'isuer',
    says: 'is not a known setting: did you mean `issuer`?',
  },
  'snake_case for camelCase': {
    members: { trusted_proxies: `[]` },
    place: 'trusted_proxies',
    says: 'is now `trustedProxies`',
  },
  'no issuer': {
    members: { issuer: null },
    place: 'issuer',
    says: 'is missing: write the https origin of this server, for example https://id.example.com',
  },
  'an http issuer on a public host': {
    members: { issuer: `'http://id.example.com'` },
    place: 'issuer',
    says: 'must be https, because tokens are sent there (http only on localhost, 127.0.0.1 or [::1]): write https://id.example.com',
  },
  'an issuer with a path': {
    members: { issuer: `'https://id.example.com/auth'` },
    place: 'issuer',
    says: 'must be the origin alone, in lower case, with no path and no slash at its end: write https://id.example.com',
  },
  'an issuer with a slash at its end': {
    members: { issuer: `'https://id.example.com/'` },
    place: 'issuer',
    says: 'must be the origin alone, in lower case, with no path and no slash at its end: write https://id.example.com',
  },
  'an issuer without https://': {
    members: { issuer: `'id.example.com'` },
    place: 'issuer',
    says: 'must be an https origin, for example https://id.example.com',
  },
  'a secret that is not set': {
    members: { secret: 'process.env.NOT_SET' },
    place: 'secret',
    says: 'is not set: is the environment variable set? (at least 32 random bytes, base64url; `beckon-server secret` prints one)',
  },
  'a short secret': {
    members: { secret: `'hunter2'` },
    place: 'secret',
    says: 'must be at least 32 bytes; `beckon-server secret` prints one',
  },
  'a secret that a person typed': {
    members: { secret: `'${SECRETS.lost.repeat(3)}'` },
    place: 'secret',
    says: 'has fewer than 8 different characters; `beckon-server secret` prints a good one',
  },
  'no subjectSecret on a new server': {
    members: { subjectSecret: null, store: `'sqlite::memory:'` },
    place: 'subjectSecret',
    says: 'is missing (for a new server `beckon-server secret` prints one)',
  },
  'one secret for both purposes': {
    members: { subjectSecret: GOOD.secret },
    place: 'subjectSecret',
    says: 'must not be the same as secret, which rotates: give `secret` another value',
  },
  'a store whose folder is missing': {
    members: { store: `'sqlite:./nowhere/beckon.db'` },
    place: 'store',
    says: 'is in a folder that does not exist: make the folder, or write another path',
  },
  'the same, in the long form': {
    members: { store: `sqlite({ path: './nowhere/beckon.db' })` },
    place: 'store.path',
    says: 'is in a folder that does not exist: make the folder, or write another path',
  },
  'a store that is a folder': {
    members: { store: `'sqlite:${tmpdir()}'` },
    place: 'store',
    says: 'is a folder: write the path of a file in it',
  },
  'a store of a kind that there is not': {
    members: { store: `'mysql://root:${SECRETS.lost}@db.example'` },
    place: 'store',
    says: 'must be "sqlite:<path>", "sqlite::memory:", sqlite({ … }) or a store of your own',
  },
  'a proxy that is no address': {
    members: { trustedProxies: `['10.0.0.0/8', 'proxy.internal']` },
    place: 'trustedProxies[1]',
    says: 'must be an address or a CIDR range, for example 10.0.0.0/8',
  },
  'a port that there is not': {
    members: { admin: '{ port: 70000 }' },
    place: 'admin.port',
    says: 'must be at most 65535',
  },
  'a port as text': { members: { admin: `{ port: '4403' }` }, place: 'admin.port', says: 'must be a number' },
  "the issuer's port for the metrics": {
    members: { issuer: `'http://127.0.0.1:4400'`, admin: '{ port: 4400 }' },
    place: 'admin.port',
    says: 'is the port of the issuer: choose another',
  },
  'a token of an operator in place of its hash': {
    members: { admin: `{ port: 4403, tokens: [{ name: 'ops', scope: 'read', hash: '${SECRETS.lost}' }] }` },
    place: 'admin.tokens[0].hash',
    says: 'must be the SHA-256 of a token, base64url: `beckon-server secret --operator NAME` prints both',
  },
  'two operators of one name': {
    members: {
      admin: `{ port: 4403, tokens: [{ name: 'ops', scope: 'read', hash: '${'A'.repeat(43)}' },
        { name: 'ops', scope: 'write', hash: '${'B'.repeat(43)}' }] }`,
    },
    place: 'admin.tokens',
    says: 'has a name twice: the audit trail could not tell who acted',
  },
  'two operators with one token': {
    members: {
      admin: `{ port: 4403, tokens: [{ name: 'ops', scope: 'read', hash: '${'A'.repeat(43)}' },
        { name: 'desk', scope: 'write', hash: '${'A'.repeat(43)}' }] }`,
    },
    place: 'admin.tokens',
    says: 'has a token twice: give each operator a token of their own',
  },
  'a lifetime that is too long': {
    members: { lifetimes: '{ codeSeconds: 600 }' },
    place: 'lifetimes.codeSeconds',
    says: 'must be at most 60',
  },
  'a lifetime in the former unit': {
    members: { lifetimes: '{ code_s: 60 }' },
    place: 'lifetimes.code_s',
    says: 'is now `codeSeconds`',
  },
  'no website': {
    members: { clients: '[]' },
    place: 'clients',
    says: 'must not be empty: write at least one website',
  },
  'a website that is in no list': {
    members: { clients: `{ ${GOOD_CLIENT} }` },
    place: 'clients',
    says: 'must be an array',
  },
  'no identity app': {
    members: { connectors: '[]' },
    place: 'connectors',
    says: 'must not be empty: write at least one identity app, for example wallet({ … })',
  },
  'a doubled client': {
    members: { clients: `[{ ${GOOD_CLIENT} }, { ${GOOD_CLIENT} }]` },
    place: 'clients[1].client_id',
    says: 'is already used by another client: give each an id of its own',
  },
  'a doubled connector': {
    members: { connectors: `[${GOOD_CONNECTOR}, ${GOOD_CONNECTOR}]` },
    place: 'connectors[1].id',
    says: 'is already used by another connector: give one of them an `id` of its own',
  },

  'camelCase in a client': {
    client: `requirePkce: true`,
    place: 'clients[0].requirePkce',
    says: 'is spelled `require_pkce`',
  },
  'a misspelt member of a client': {
    client: `alowed_origins: []`,
    place: 'clients[0].alowed_origins',
    says: 'is not a known setting: did you mean `allowed_origins`?',
  },
  'no redirect URI': {
    client: `redirect_uris: []`,
    place: 'clients[0].redirect_uris',
    says: 'must not be empty: write at least one callback address',
  },
  'a redirect URI with a fragment': {
    client: `redirect_uris: ['https://shop.example/callback', 'https://shop.example/#done']`,
    place: 'clients[0].redirect_uris[1]',
    says: 'must have no fragment (RFC 6749 §3.1.2): leave out the # and what follows it',
  },
  'an http redirect URI on a public host': {
    client: `redirect_uris: ['http://shop.example/callback']`,
    place: 'clients[0].redirect_uris[0]',
    says: 'must be https (http only on localhost, 127.0.0.1 or [::1])',
  },
  'a redirect URI that is a path': {
    client: `redirect_uris: ['/callback']`,
    place: 'clients[0].redirect_uris[0]',
    says: 'must be an absolute URI (RFC 6749 §3.1.2), for example https://shop.example/callback',
  },
  'a redirect URI with an asterisk': {
    client: `redirect_uris: ['https://shop.example/*']`,
    place: 'clients[0].redirect_uris[0]',
    says: 'is compared exactly, and * stands for nothing: write each redirect URI in full',
  },
  'an origin with a path': {
    client: `allowed_origins: ['https://shop.example/login']`,
    place: 'clients[0].allowed_origins[0]',
    says: 'must be the origin alone, as a browser sends it, with no path and no slash at its end: write https://shop.example',
  },
  'an origin for all': {
    client: `allowed_origins: ['*']`,
    place: 'clients[0].allowed_origins[0]',
    says: 'must be one whole origin: * stands for nothing here, so write each origin by itself',
  },
  'a client secret that is not set': {
    client: `client_secret: process.env.NOT_SET`,
    place: 'clients[0].client_secret',
    says: 'is not set: is the environment variable set? Leave the line out for a public client',
  },
  "the demo's secret": {
    client: `client_secret: 'demo-shop-secret'`,
    place: 'clients[0].client_secret',
    says: "is the demo's, which is public; `beckon-server secret` prints a good one",
  },
  'a public client with a secret': {
    client: `token_endpoint_auth_method: 'none'`,
    place: 'clients[0].client_secret',
    says: 'does not go with token_endpoint_auth_method "none": take one of the two out',
  },
  'a way to authenticate that there is not': {
    client: `token_endpoint_auth_method: 'client_secret_jwt'`,
    place: 'clients[0].token_endpoint_auth_method',
    says: 'must be "client_secret_basic" or "client_secret_post" or "none"',
  },
  'a value that an option does not have': {
    client: `cross_device: { verification: 'digits' }`,
    place: 'clients[0].cross_device.verification',
    says: 'must be "auto" or "number" or "none"',
  },
  'yes for true': {
    client: `require_pkce: 'yes'`,
    place: 'clients[0].require_pkce',
    says: 'must be a boolean',
  },
  'a connector that is not configured': {
    client: `connectors: ['wallet', 'pasby']`,
    place: 'clients[0].connectors[1]',
    says: 'names no configured connector: write one of wallet',
  },
  'a logo of another website': {
    client: `logo_uri: 'https://cdn.example/logo.svg'`,
    place: 'clients[0].logo_uri',
    says: "must be on one of the client's own origins (those of redirect_uris and allowed_origins), or data:image/…",
  },

  'a connector that was not called': {
    connector: 'wallet',
    place: 'connectors[0]',
    says: 'must be made by a connector function, for example wallet({ … })',
  },
  'a connector with no options': {
    connector: 'wallet()',
    place: 'connectors[0]',
    says: 'has no options: write them in its parentheses, as { … }',
  },
  'UAE PASS without a level': {
    connector: `uaepass({ clientId: 'a', clientSecret: '${SECRETS.lost}' })`,
    place: 'connectors[0].minimumLevel',
    says: 'must be one of SOP1, SOP2, SOP3',
  },
  'a misspelt option': {
    connector: `uaepass({ clientId: 'a', clientSecret: '${SECRETS.lost}', minimumLevel: 'SOP2', enviroment: 'staging' })`,
    place: 'connectors[0].enviroment',
    says: 'is not a known setting: did you mean `environment`?',
  },
  'a private key that is none': {
    connector: `krdpass({ clientId: 'a', clientSecret: '${SECRETS.lost}', privateKey: '${SECRETS.lost}' })`,
    place: 'connectors[0].privateKey',
    says: 'must be a private RSA key of 2048 bit or more, as PEM text or a JWK',
  },
  'a provider over http': {
    connector: `oidc({ id: 'staff', names: { en: 'Staff' }, clientId: 'a', clientSecret: 'b', issuer: 'http://login.example' })`,
    place: 'connectors[0].issuer',
    says: 'must be an https URL (http only on a loopback host)',
  },
  'the sandbox on a public server': {
    connector: `wallet({ issuers: [{ issuer: 'http://127.0.0.1:4402/wallet', clientIds: ['sandbox-phone'] }] })`,
    place: 'connectors[0].issuers[0].issuer',
    says: 'is on this machine, as the sandbox is, and no real wallet: take it out',
  },
};

/** A file that is no configuration at all. */
const NO_CONFIGURATION: Readonly<Record<string, readonly [text: string, says: string]>> = {
  'exports nothing': ['export const config = {};', 'must `export default defineConfig({ … })`'],
  'throws, with a secret in its words': [
    `\nconst key = (text) => { throw new Error('no key: ' + text); };\nexport default { secret: key('${SECRETS.lost}') };`,
    'could not be read: it throws an error in line 2, whose words may hold a secret and are not repeated: `node FILE` shows them',
  ],
  'throws no error': [
    `throw '${SECRETS.lost}';`,
    'could not be read: it throws something that is no error, whose words may hold a secret and are not repeated: `node FILE` shows them',
  ],
  'reads a file that is not there': [
    `import { readFileSync } from 'node:fs';\nexport default { secret: readFileSync('/nowhere/${SECRETS.lost}') };`,
    'could not be read: it throws an error in line 2 (ENOENT), whose words may hold a secret and are not repeated: `node FILE` shows them',
  ],
  'has a secret without quotation marks': [
    `export default {\n  secret: ${SECRETS.lost},\n};`,
    'could not be read: it uses a name that is not defined in line 2: put text in quotation marks, and import what comes from elsewhere',
  ],
  'uses what it does not import': [
    'export default defineConfig({});',
    "could not be read: it uses defineConfig in line 1 and does not import it: add it to the import from '@beckon/session-server'",
  ],
  'is written as CommonJS': [
    `const { wallet } = require('@beckon/session-server');`,
    'could not be read: it calls require in line 1, which a module cannot: write `import` instead',
  ],
  'lacks a bracket': [
    'export default {\n  issuer: 5,\n',
    'could not be read: it is no valid JavaScript in line 3 or before it: look for a bracket, comma or quotation mark that is missing',
  ],
  'lacks a quotation mark, before a secret': [
    `export default {\n  secret: my ${SECRETS.lost},\n};`,
    'could not be read: it is no valid JavaScript in line 2 or before it: look for a bracket, comma or quotation mark that is missing',
  ],
  'imports a package that is not installed': [
    `import { acme } from 'acme-connector';\nexport default {};`,
    'could not be read: it imports the package acme-connector, which is not installed in this folder: `npm install` it here',
  ],
  'imports what the package does not export': [
    `import {\n  walet } from ${JSON.stringify(PACKAGE)};\nexport default {};`,
    `could not be read: it imports walet in line 2 from ${PACKAGE}, which exports no such name: correct the name`,
  ],
  'imports a file that is not there': [
    `import { acme } from './acme.mjs';\nexport default {};`,
    'could not be read: it imports a file that is not there: correct the path behind `from`',
  ],
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beckon-mistakes-'));
});
afterEach(() => rm(folder, { recursive: true }));

function textOf(rows: readonly Row[]): string {
  const members: Record<string, string | null> = { ...GOOD };
  for (const { members: changes, client, connector } of rows) {
    if (client !== undefined) members['clients'] = `[{ ${GOOD_CLIENT}, ${client} }]`;
    if (connector !== undefined) members['connectors'] = `[${connector}]`;
    Object.assign(members, changes);
  }
  const written = Object.entries(members).filter(([, value]) => value !== null);
  return `import * as beckon from ${JSON.stringify(PACKAGE)};
    const { wallet, uaepass, krdpass, oidc, sqlite } = beckon;
    export default { ${written.map(([name, value]) => `${name}: ${value}`).join(',\n')} };`;
}

/** What `check` prints, and the mistakes that it ends with, as lines. */
async function checked(
  text: string,
): Promise<{ readonly said: readonly string[]; readonly mistakes: readonly string[] }> {
  await writeFile(join(folder, 'beckon.config.mjs'), text);
  const said: string[] = [];
  const io = {
    folder,
    out: (line: string) => said.push(line),
    random: randomBytes,
    stopped: Promise.resolve(),
    onReload: () => undefined,
  };
  try {
    await check.run([], io);
    return { said, mistakes: [] };
  } catch (cause) {
    // For any other a person would read a stack.
    if (!(cause instanceof ConfigError)) throw cause;
    const [, ...lines] = cause.message.split('\n');
    return { said, mistakes: lines.map((line) => line.trim()) };
  }
}

function expectNoSecret(lines: readonly string[]): void {
  const text = lines.join('\n');
  for (const secret of Object.values(SECRETS)) expect(text, 'a secret is repeated').not.toContain(secret);
}

it('the configuration that the mistakes are put into is good', async () => {
  const { mistakes, said } = await checked(textOf([]));
  expect(mistakes).toEqual([]);
  expect(said.filter((line) => line.startsWith('warning'))).toEqual([]);
});

describe('FT-C3p: one mistake, one sentence, at its place', () => {
  it.each(Object.entries(MISTAKES))('%s', async (_name, row) => {
    const { mistakes } = await checked(textOf([row]));
    expect(mistakes).toEqual([`${row.place}: ${row.says}`]);
    expectNoSecret(mistakes);
  });
});

it('FT-C3p: a file that is no configuration hears why in one sentence, and never in its own words', async () => {
  const files = Object.entries(NO_CONFIGURATION).map(([name, [text, says]], i) => ({
    name,
    text,
    says,
    file: `${i}.mjs`,
  }));
  for (const { file, text } of files) await writeFile(join(folder, file), text);
  const said = await loadedByNode(files.map(({ file }) => join(folder, file)));
  expect(said.map((line, i) => [files[i]?.name, line])).toEqual(
    files.map(({ name, says, file }) => [name, `(configuration): ${join(folder, file)} ${says.replace('FILE', file)}`]),
  );
  expectNoSecret(said);
});

/** What a file that cannot be read ends with. By a Node of its own: a test's imports go through Vite. */
async function loadedByNode(files: readonly string[]): Promise<readonly string[]> {
  const script = join(folder, 'load-each.mjs');
  await writeFile(
    script,
    `import { configFile } from ${JSON.stringify(new URL('../config/load.ts', import.meta.url).href)};
     const said = [];
     for (const file of ${JSON.stringify(files)})
       await configFile(file).read().then(() => said.push('read'), ({ message }) => said.push(message));
     console.log(JSON.stringify(said));`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@beckon/source', script]);
  return (JSON.parse(stdout) as readonly string[]).map((message) => message.replace(/^.*has 1 mistake:\n  /, ''));
}

it('FT-C3p: many mistakes are told at once, those of one client too', async () => {
  const isClient = ({ client, members }: Row): boolean => client !== undefined || members?.['clients'] !== undefined;
  const rows = [
    MISTAKES['an issuer with a path'],
    MISTAKES['a misspelt setting'],
    MISTAKES['a short secret'],
    MISTAKES['a store whose folder is missing'],
    MISTAKES['a port that there is not'],
    MISTAKES['a lifetime that is too long'],
    MISTAKES['UAE PASS without a level'],
  ].filter((row) => row !== undefined);
  const ofClient = [
    'a misspelt member of a client',
    'a redirect URI with a fragment',
    'an origin for all',
    'a public client with a secret',
    'a value that an option does not have',
    'a connector that is not configured',
    'a logo of another website',
  ].flatMap((name) => MISTAKES[name] ?? []);
  expect(rows.some(isClient)).toBe(false);
  const client = ofClient.map((row) => row.client).join(', ');
  const { mistakes } = await checked(textOf([...rows, { client, place: '', says: '' }]));
  const expected = [...rows, ...ofClient].map(({ place, says }) => `${place}: ${says}`);
  // There is no wallet among the connectors here.
  const isOfConnectors = (line: string): boolean => line.includes('.connectors[');
  expect(mistakes.filter((line) => !isOfConnectors(line)).toSorted()).toEqual(
    expected.filter((line) => !isOfConnectors(line)).toSorted(),
  );
  expect(mistakes.filter(isOfConnectors)).toHaveLength(2);
  expectNoSecret(mistakes);
});

describe('FT-C3q: what a connector or a store of another package says of itself', () => {
  const BROKEN = 'does not keep to its contract, because';
  it.each([
    ['null', `${BROKEN} its issues are no list: tell the author of its package`],
    [`() => []`, `${BROKEN} its issues are no list: tell the author of its package`],
    ['[null]', `${BROKEN} one of its issues has no path or no message: tell the author of its package`],
    [`['wrong']`, `${BROKEN} one of its issues has no path or no message: tell the author of its package`],
    [
      `[{ path: 5, message: {} }]`,
      `${BROKEN} one of its issues has no path or no message: tell the author of its package`,
    ],
  ])('issues: %s', async (issues, says) => {
    const given = `{ id: 'acme', issues: ${issues}, open() { throw new Error(); } }`;
    const { mistakes } = await checked(textOf([{ connector: given, members: { store: given }, place: '', says }]));
    expect(mistakes).toEqual([`connectors[0]: ${says}`, `store: ${says}`]);
  });

  it('a message of many lines becomes one line of 300 characters at most', async () => {
    const issues = `[{ path: 'key\\nfile', message: 'is\\n  wrong' + '!'.repeat(9_000) }]`;
    const { mistakes } = await checked(
      textOf([{ connector: `{ id: 'acme', issues: ${issues}, open() {} }`, place: '', says: '' }]),
    );
    expect(mistakes).toEqual([expect.stringMatching(/^connectors\[0\]\.keyfile: is wrong!{50,300}$/)]);
  });

  it('a list that throws when it is read is a mistake of its package', async () => {
    const connector = `{ id: 'acme', get issues() { throw new Error('${SECRETS.lost}'); }, open() {} }`;
    const { mistakes } = await checked(textOf([{ connector, place: '', says: '' }]));
    expect(mistakes).toEqual([
      `connectors[0]: ${BROKEN} it fails when it is asked for its mistakes: tell the author of its package`,
    ]);
  });
});

describe('FT-C3r: a scope that gives no claims is warned of', () => {
  it.each([
    [
      'openid proflie',
      '"proflie", a scope that gives no claims, because no connector and no standard knows it: did you mean profile?',
    ],
    [
      'openid,email',
      '"openid,email", a scope that gives no claims, because no connector and no standard knows it: separate scopes by spaces',
    ],
    [
      'openid pasby',
      '"pasby", a scope that gives no claims, because no connector and no standard knows it: known are openid, profile, email, address, phone, offline_access, wallet',
    ],
  ])('%s', async (scope, says) => {
    const { said, mistakes } = await checked(textOf([{ client: `scope: '${scope}'`, place: '', says }]));
    expect(mistakes).toEqual([]);
    expect(said.filter((line) => line.startsWith('warning'))).toEqual([`warning: clients[0].scope: has ${says}`]);
  });

  it('a scope of cross_device is warned of too, and a known scope is not', async () => {
    const scopes = `scope: 'openid profile email address phone offline wallet', cross_device: { scope: 'openid mail' }`;
    const { said } = await checked(textOf([{ client: scopes, place: '', says: '' }]));
    expect(said.filter((line) => line.startsWith('warning'))).toEqual([
      expect.stringMatching(/^warning: clients\[0\]\.cross_device\.scope: has "mail".*did you mean email\?$/),
    ]);
  });
});

it('a note tells of a client that no page can embed', async () => {
  const { said } = await checked(textOf([{ client: 'allowed_origins: []', place: '', says: '' }]));
  expect(said.filter((line) => line.startsWith('note'))).toEqual([
    "note: clients[0].allowed_origins: is empty, so no page can embed the sign-in, and only a redirect to /authorize works; to embed it write ['https://shop.example']",
  ]);
});

it('FT-C3n: where there is a store, no new subjectSecret is advised', async () => {
  const path = join(folder, 'beckon.db');
  await writeFile(path, '');
  for (const subjectSecret of [null, `'short'`, `'${'ab'.repeat(22)}'`, 'process.env.NOT_SET']) {
    const row = { members: { subjectSecret, store: `'sqlite:${path}'` }, place: '', says: '' };
    const { mistakes } = await checked(textOf([row]));
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toMatch(
      /^subjectSecret: .*\(write the one that this server was first started with: every `sub` is derived from it\)$/,
    );
    expect(mistakes[0]).not.toContain('beckon-server secret');
  }
});

it.skipIf(process.platform === 'win32')('secrets that other users can read are warned of', async () => {
  await writeFile(join(folder, 'beckon.secrets.env'), '', { mode: 0o600 });
  const warnings = async (): Promise<readonly string[]> =>
    (await checked(textOf([]))).said.filter((line) => line.startsWith('warning'));
  expect(await warnings()).toEqual([]);
  await chmod(join(folder, 'beckon.secrets.env'), 0o644);
  expect(await warnings()).toEqual([
    'warning: beckon.secrets.env: can be read by other users of this machine: `chmod 600 beckon.secrets.env` leaves it to its owner',
  ]);
});
