/** Websites of `recipes/` that Beckon's packages know nothing of, and which program runs each. */
import { chmod, cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { ServerProcess } from './process.ts';

const RECIPES = join(import.meta.dirname, '../../recipes');
/** Where the recipes say that the website is. */
const WRITTEN_SITE = 'https://shop.example';
/** As base64 has it, and a `%`: form-encoded (RFC 6749 §2.3.1) it is another text, and Authlib sends it as it stands. */
const CLIENT_SECRET = 'Kq+8/Qb7pZ1%20dFh3o9w==';

/** By the recipe's folder; `null` where the story itself serves its files. */
const COMMANDS = {
  'oidc-client-ts': null,
  'mod-auth-openidc': ['/usr/sbin/apache2', '-D', 'FOREGROUND', '-f', '$PWD/server.conf'],
  authlib: ['/usr/bin/python3', 'app.py'],
  ruby: ['/usr/bin/rackup', '--env', 'production', '--host', '127.0.0.1', '--port', '$PORT'],
} as const;
export type Website = keyof typeof COMMANDS;

interface Registration {
  readonly client_id: string;
  readonly cross_device?: object;
  readonly [member: string]: unknown;
}

async function registrationOf(website: Website): Promise<Registration> {
  return JSON.parse(await readFile(join(RECIPES, website, 'client.json'), 'utf8')) as Registration;
}

/** What the session server's configuration has for it: its recipe's `client.json` at this address, a secret and the demo's guards. */
export async function clientOf(website: Website, port: number): Promise<object> {
  const text = JSON.stringify(await registrationOf(website)).replaceAll(WRITTEN_SITE, siteAt(port));
  const client = JSON.parse(text) as Registration;
  const secret = client['token_endpoint_auth_method'] === 'none' ? {} : { client_secret: CLIENT_SECRET };
  const guards = { verification: 'none', network: 'allow' };
  return { ...client, ...secret, cross_device: { ...client.cross_device, ...guards } };
}

export function siteAt(port: number): string {
  return `http://localhost:${port}`;
}

/** Its process, not yet started, in a folder of its own, which `gone` removes; null where it has none. */
export async function websiteProcess(
  website: Website,
  { issuer, port }: { readonly issuer: string; readonly port: number },
): Promise<{ readonly process: ServerProcess; readonly gone: () => Promise<void> } | null> {
  const command = COMMANDS[website];
  if (command === null) return null;
  const folder = await mkdtemp(join(tmpdir(), `beckon-${website}-`));
  await cp(join(RECIPES, website), folder, { recursive: true });
  // Apache serves as another user than root.
  await chmod(folder, 0o755);
  const { client_id } = await registrationOf(website);
  const process = new ServerProcess({
    name: website,
    args: [join(import.meta.dirname, 'run-program.ts'), ...command.map(filled)],
    cwd: folder,
    env: {
      ISSUER: issuer,
      SITE: siteAt(port),
      PORT: String(port),
      PWD: folder,
      CLIENT_ID: client_id,
      CLIENT_SECRET,
      COOKIE_SECRET: randomBytes(48).toString('base64url'),
    },
    ready: `${siteAt(port)}/`,
  });
  return { process, gone: () => rm(folder, { recursive: true, force: true }) };

  function filled(argument: string): string {
    return argument.replace('$PWD', folder).replace('$PORT', String(port));
  }
}
