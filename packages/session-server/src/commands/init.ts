import { rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { findConfigFile } from '../config/index.ts';
import { newSecret } from '../secrets/index.ts';
import { type Command, UsageError } from './command.ts';
import { readFlags } from './flags.ts';

export const init: Command = {
  name: 'init',
  synopsis: 'init',
  summary: 'writes a commented beckon.config.mjs and a beckon.secrets.env, readable by you alone',
  async run(args, io) {
    readFlags(args, []);
    const secrets = [
      '# Keep this file out of version control. BECKON_SUBJECT_SECRET must never change: every `sub` is derived from it.',
      `BECKON_SECRET=${newSecret(io.random)}`,
      `BECKON_SUBJECT_SECRET=${newSecret(io.random)}`,
      `SHOP_SECRET=${newSecret(io.random)}`,
      '',
    ].join('\n');
    const secretsFile = resolve(io.folder, 'beckon.secrets.env');
    // Of another name, too: only one of them would ever be read.
    const config = await findConfigFile(io.folder);
    if (config !== null) throw isThere(config);
    await create(secretsFile, secrets, 0o600);
    try {
      await create(resolve(io.folder, 'beckon.config.mjs'), TEMPLATE, 0o644);
    } catch (cause) {
      await rm(secretsFile);
      throw cause;
    }
    io.out('wrote beckon.config.mjs and beckon.secrets.env');
    io.out('next: edit beckon.config.mjs, then');
    io.out('  npx beckon-server start');
  },
};

/** Never overwrites. @throws UsageError when there is such a file, or none can be made here */
async function create(path: string, text: string, mode: number): Promise<void> {
  await writeFile(path, text, { flag: 'wx', mode }).catch((cause: NodeJS.ErrnoException) => {
    throw cause.code === 'EEXIST'
      ? isThere(path)
      : new UsageError(`${path} cannot be written (${cause.code}): choose another folder, nothing was changed`);
  });
}

function isThere(path: string): UsageError {
  return new UsageError(`${path} is there already: move it away first, nothing was changed`);
}

const TEMPLATE = `import { defineConfig, wallet } from '@beckon/session-server';

export default defineConfig({
  // Where this server is reached: an https origin (http only on localhost).
  issuer: 'http://localhost:4400',

  // Where sessions, requests and keys are stored, encrypted under \`secret\`.
  store: 'sqlite:./beckon.db',

  // From beckon.secrets.env. A list rotates: the first seals and signs, all open and verify.
  secret: process.env.BECKON_SECRET,
  subjectSecret: process.env.BECKON_SUBJECT_SECRET,

  // Proxies whose X-Forwarded-For the server uses, for example ['10.0.0.0/8'].
  trustedProxies: [],

  clients: [
    {
      client_id: 'shop',
      client_name: 'Shop',
      client_secret: process.env.SHOP_SECRET,
      redirect_uris: ['http://localhost:3000/callback'],
      // Pages that embed the widget or the frame.
      allowed_origins: ['http://localhost:3000'],
      scope: 'openid profile email',
      // After the scan the browser shows two digits, and the person types them on the phone. 'auto': where
      // the identity app can ask for them. 'number': with no other app.
      cross_device: { verification: 'auto', network: 'warn' },
    },
  ],

  connectors: [
    wallet({
      names: { en: 'Example Wallet' },
      // Access tokens of these issuers' wallet apps may approve sign-ins.
      issuers: [{ issuer: 'https://wallet.example.com', clientIds: ['wallet-app'] }],
      // appLink: 'https://wallet.example.com/open?uri={text}',
      // installUrl: 'https://wallet.example.com/get',
    }),
  ],
});
`;
