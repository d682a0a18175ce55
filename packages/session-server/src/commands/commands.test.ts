import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from '../config/index.ts';
import { newSecret } from '../secrets/index.ts';
import { COMMANDS, UsageError, usage } from './index.ts';

let folder: string;
let said: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beckon-'));
  said = [];
});
afterEach(() => rm(folder, { recursive: true }));

function run(line: string, onReload: (reload: () => Promise<unknown>) => void = () => undefined): Promise<void> {
  const [name, ...args] = line.split(' ');
  const command = COMMANDS.find((each) => each.name === name);
  if (command === undefined) throw new Error(`there is no ${name}`);
  return command.run(args, {
    folder,
    out: (text) => said.push(text),
    random: randomBytes,
    onReload,
    stopped: Promise.resolve(),
  });
}

it('start takes the signal to reload before it reads the configuration: until then it would end the process', async () => {
  await writeFile(join(folder, 'beckon.config.mjs'), 'throw new Error();');
  let takes = 0;
  await expect(run('start', () => (takes += 1))).rejects.toThrow(ConfigError);
  expect(takes).toBe(1);
});

describe('words and flags', () => {
  it.each([
    ['start --port', '--port'],
    ['start --port=', '--port needs a value'],
    ['start --port abc', '--port must be a port number from 0 to 65535, not "abc"'],
    ['start --port=-1', '--port must be a port number'],
    ['start --port 65536', '--port must be a port number'],
    ['start --port 1e3', '--port must be a port number'],
    ['start --port 1 --port 2', '--port was given more than once'],
    ['start --config a --config=b', '--config was given more than once'],
    ['start --prot 1', '--prot'],
    ['start 4400', '"4400" is not expected here'],
    ['start -- --port', '"--port" is not expected here'],
    ['start --__proto__ 1', '--__proto__'],
    ['check --port 1', '--port'],
    ['init --force', '--force'],
    ['init here', '"here" is not expected here'],
    ['secret 5', '"5" is not expected here'],
    ['keys', 'say `keys list`, `keys rotate` or `keys rollback`'],
    ['keys remove', 'say `keys list`, `keys rotate` or `keys rollback`'],
    ['keys rollback --now', '--now'],
    ['keys rotate --now --now', '--now'],
    ['keys list --now', '--now'],
    ['keys list --alg RS256', '--alg'],
    ['keys rotate --alg none', '--alg must be one of RS256, ES256, PS256, EdDSA'],
  ])('%s', async (line, message) => {
    const failed = run(line);
    await expect(failed).rejects.toThrow(UsageError);
    await expect(failed).rejects.toThrow(message);
    expect(await readdir(folder), 'a wrong word must change nothing').toEqual([]);
  });

  it('every command is in the usage text', () => {
    for (const { synopsis, summary } of COMMANDS) {
      expect(usage()).toContain(`  ${synopsis} `);
      expect(usage()).toContain(`  ${summary}`);
    }
    expect(usage()).toContain('start [--config FILE] [--port N] [--host H]');
  });
});

describe('init', () => {
  const written = ['beckon.config.mjs', 'beckon.secrets.env', 'compose.yaml', 'try.mjs'];
  const textOf = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');

  it('FT-C3m: writes a configuration, what to try it with, and secrets that only their owner reads', async () => {
    await run('init');
    expect((await readdir(folder)).toSorted()).toEqual(written);
    expect((await stat(join(folder, 'beckon.secrets.env'))).mode & 0o777).toBe(0o600);
    const secrets = await textOf('beckon.secrets.env');
    const values = [...secrets.matchAll(/^[A-Z_]+=([\w-]{43})$/gm)].map(([, value]) => value);
    expect(new Set(values).size, 'each secret is one of its own').toBe(3);
    expect(said.join('\n'), 'a terminal keeps what it has shown').not.toContain(values[0]);
    for (const name of ['npx beckon-server start', 'node try.mjs', '@beckon/sandbox'])
      expect(said.join('\n')).toContain(name);
  });

  it('the container runs as the one who may read the secrets', async () => {
    await run('init');
    const { uid, gid } = await stat(join(folder, 'beckon.secrets.env'));
    const users = (await textOf('compose.yaml')).match(/^ +user: .*$/gm);
    expect(new Set(users)).toEqual(new Set([`    user: '${uid}:${gid}'`]));
  });

  it.each(['beckon.config.mjs', 'beckon.config.ts', 'beckon.config.js'])(
    'FT-C3m: changes nothing in a folder that has a %s',
    async (name) => {
      await writeFile(join(folder, name), 'mine');
      await expect(run('init')).rejects.toThrow(`${name} is there already: edit that one`);
      expect(await readdir(folder), 'nothing was changed').toEqual([name]);
      expect(await textOf(name)).toBe('mine');
    },
  );

  it.each(['beckon.secrets.env', 'try.mjs', 'compose.yaml'])(
    'FT-C3m: keeps a %s, and writes the rest',
    async (name) => {
      await writeFile(join(folder, name), 'MINE=1');
      await run('init');
      expect((await readdir(folder)).toSorted()).toEqual(written);
      expect(await textOf(name)).toBe('MINE=1');
      expect(said).toContain(`kept ${name}, as it was`);
    },
  );

  it('FT-C3n: of secrets that were there it says what they lack, and advises no new subject secret', async () => {
    await writeFile(join(folder, 'beckon.secrets.env'), 'BECKON_SECRET=x\nSHOP_SECRET=\n');
    await run('init');
    expect(said.filter((line) => line.includes('has no'))).toEqual([
      'beckon.secrets.env has no BECKON_SUBJECT_SECRET: write the one in that this server was first started with',
      'beckon.secrets.env has no SHOP_SECRET: add the line SHOP_SECRET=…, `npx beckon-server secret` prints a value',
    ]);
  });

  it('FT-C3n: makes no secrets beside a database, which has others', async () => {
    await writeFile(join(folder, 'beckon.db'), '');
    await expect(run('init')).rejects.toThrow('put beckon.secrets.env back, or move beckon.db to another folder');
    expect(await readdir(folder)).toEqual(['beckon.db']);
  });

  it('takes back what it wrote where it cannot write all', async () => {
    await mkdir(join(folder, 'try.mjs'));
    await run('init');
    expect(said, 'a folder of that name is kept as well').toContain('kept try.mjs, as it was');
    await rm(join(folder, 'beckon.config.mjs'));
    await rm(join(folder, 'beckon.secrets.env'));
    // A dangling link is no configuration that is found, and no place to write to.
    await symlink(join(folder, 'nowhere/config.mjs'), join(folder, 'beckon.config.mjs'));
    await expect(run('init')).rejects.toThrow(/beckon\.config\.mjs cannot be written \(EEXIST\).*nothing was changed/);
    expect(await readdir(folder)).not.toContain('beckon.secrets.env');
  });

  it('says so where it cannot write', async () => {
    const home = folder;
    folder = join(home, 'nowhere');
    await expect(run('init')).rejects.toThrow(/nowhere.*cannot be written \(ENOENT\)/);
    folder = home;
  });
});

it('secret prints 32 bytes, each time others', async () => {
  await run('secret');
  await run('secret');
  expect(said).toHaveLength(2);
  expect(said[0]).toMatch(/^[\w-]{43}$/);
  expect(said[0]).not.toBe(said[1]);
});

describe('check', () => {
  const written = (config: string): Promise<void> =>
    writeFile(
      join(folder, 'beckon.config.mjs'),
      `import { didit, wallet } from ${JSON.stringify(new URL('../index.ts', import.meta.url).href)};
       const client = { client_name: 'Shop', redirect_uris: ['http://localhost:3000/callback'] };
       export default {
         issuer: 'http://127.0.0.1:4400',
         secret: '${newSecret(randomBytes)}',
         subjectSecret: '${newSecret(randomBytes)}',
         connectors: [
           wallet({ issuers: [{ issuer: 'https://wallet.example', clientIds: ['app'] }] }),
           didit({ issuer: 'https://didit.example', clientId: 'a', clientSecret: 'b' }),
         ],
         ${config}
       };`,
    );

  it('FT-A11b: says for each client which connectors ask for the number, and which do not', async () => {
    await written(`clients: [
      { ...client, client_id: 'shop' },
      { ...client, client_id: 'strict', cross_device: { verification: 'number' } },
      { ...client, client_id: 'open', cross_device: { verification: 'none' } },
      { ...client, client_id: 'didit-only', connectors: ['didit'], cross_device: { network: 'require' } },
    ]`);
    await run('check');
    expect(said.slice(1).filter((line) => !/^(?:warning|note): /.test(line))).toEqual([
      "shop: across devices, the number with wallet; only the identity app's own consent with didit",
      'strict: across devices, the number with wallet; not offered, because it cannot do what this client requires: didit',
      "open: across devices, only the identity app's own consent with wallet, didit",
      'didit-only: across devices, not offered, because it cannot do what this client requires: didit',
    ]);
  });

  it.each([
    [
      '[]',
      [expect.stringMatching(/^warning: clients\[0\]\.cross_device\.network: .*name the proxy in trustedProxies$/)],
    ],
    ["['10.0.0.1']", []],
  ])('FT-A2d: warns where a client requires one network and the named proxies are %s', async (proxies, warnings) => {
    const office = "{ ...client, client_id: 'office', cross_device: { network: 'require' } }";
    await written(`clients: [${office}], trustedProxies: ${proxies}`);
    await run('check');
    expect(said.filter((line) => line.startsWith('warning'))).toEqual(warnings);
  });
});

describe('a configuration file', () => {
  it.each<[string, string, string, string | RegExp]>([
    ['is missing', 'check', '', 'there is no beckon.config.ts, .js or .mjs in this folder'],
    ['is not where --config says', 'check --config nowhere.mjs', '', /there is no file .*nowhere\.mjs/],
    ['exports nothing', 'check', 'export const config = {};', 'must `export default defineConfig({ … })`'],
    ['exports a list', 'check', 'export default [];', 'must `export default defineConfig({ … })`'],
    ['exports a function', 'check', 'export default () => ({});', 'must `export default defineConfig({ … })`'],
    ['is no JavaScript', 'check', 'export default {', 'beckon.config.mjs could not be read'],
    [
      'throws',
      'check',
      'throw new Error("no such host");',
      'it throws an error in line 1, whose words may hold a secret',
    ],
  ])('that %s', async (_what, line, text, message) => {
    if (text !== '') await writeFile(join(folder, 'beckon.config.mjs'), text);
    const failed = run(line);
    await expect(failed).rejects.toThrow(ConfigError);
    await expect(failed).rejects.toThrow(message);
  });

  it('that is a folder', async () => {
    await expect(run(`check --config ${folder}`)).rejects.toThrow('is not a file');
  });

  it('with many mistakes hears of all of them, from check and from start', async () => {
    const text = 'export default { issuer: "ftp://x", secret: "short", clients: [{ client_id: 5 }], colour: 1 };';
    await writeFile(join(folder, 'beckon.config.mjs'), text);
    for (const line of ['check', 'start --port 0', 'keys list']) {
      const message = await run(line).then(
        () => '',
        (cause: Error) => cause.message,
      );
      for (const name of ['issuer', 'secret', 'subjectSecret', 'clients[0].client_id', 'connectors', 'colour'])
        expect(message).toContain(`  ${name}: `);
    }
  });
});
