import { access, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { SECRETS_FILE, findConfigFile } from '../config/index.ts';
import { newSecret } from '../secrets/index.ts';
import { type Command, UsageError } from './command.ts';
import { readFlags } from './flags.ts';

const CONFIG = 'beckon.config.mjs';
const STORE = 'beckon.db';
/** What `beckon.config.mjs` reads. */
const SECRET_NAMES = ['BECKON_SECRET', 'BECKON_SUBJECT_SECRET', 'SHOP_SECRET'] as const;
const SUBJECT_SECRET: (typeof SECRET_NAMES)[number] = 'BECKON_SUBJECT_SECRET';

export const init: Command = {
  name: 'init',
  synopsis: 'init',
  summary: `writes a commented ${CONFIG}, ${SECRETS_FILE} (readable by you alone), compose.yaml, and try.mjs to sign in with at once`,
  async run(args, io) {
    readFlags(args, []);
    // Of another name, too: only one of them would ever be read.
    const config = await findConfigFile(io.folder);
    if (config !== null) throw new UsageError(`${config} is there already: edit that one. Nothing was changed`);
    const secretsFile = resolve(io.folder, SECRETS_FILE);
    // New secrets would not open the store, and a new subject secret would make each person another one.
    if ((await isThere(resolve(io.folder, STORE))) && !(await isThere(secretsFile))) {
      throw new UsageError(
        `${STORE} is there already, and the secrets that it was made with are not: put ${SECRETS_FILE} back, or move ${STORE} to another folder. Nothing was changed`,
      );
    }

    const files: readonly NewFile[] = [
      { name: SECRETS_FILE, text: secretsText(io.random), mode: 0o600 },
      ...(await Promise.all(TEMPLATES.map(async (name) => ({ name, text: await templateOf(name), mode: 0o644 })))),
    ];
    const { written, kept } = await writeAll(io.folder, files);
    io.out(`wrote ${listOf(written)}`);
    if (kept.length > 0) io.out(`kept ${listOf(kept)}, as ${kept.length === 1 ? 'it was' : 'they were'}`);
    if (kept.includes(SECRETS_FILE)) for (const line of await adviceOn(secretsFile)) io.out(line);
    for (const line of NEXT) io.out(line);
  },
};

const TEMPLATES = [CONFIG, 'try.mjs', 'compose.yaml'] as const;

const NEXT = [
  '',
  'Sign in at once, in two terminals (try.mjs needs the package @beckon/sandbox):',
  '  npx beckon-server start',
  '  node try.mjs              # a website and a phone, for this machine only',
  'then open http://localhost:3000',
];

interface NewFile {
  readonly name: string;
  readonly text: string;
  readonly mode: number;
}

function secretsText(random: (size: number) => Uint8Array): string {
  return [
    `# Keep this file out of version control. ${SUBJECT_SECRET} must never change: every \`sub\` is derived from it.`,
    ...SECRET_NAMES.map((name) => `${name}=${newSecret(random)}`),
    '',
  ].join('\n');
}

/** They lie in the package, as they are written. */
async function templateOf(name: (typeof TEMPLATES)[number]): Promise<string> {
  const text = await readFile(createRequire(import.meta.url).resolve(`#templates/${name}`), 'utf8');
  // A container's user must be the one who may read the secrets. Windows has no such numbers, and Docker there asks none.
  return text.replaceAll("user: '1000:1000'", `user: '${process.getuid?.() ?? 1000}:${process.getgid?.() ?? 1000}'`);
}

/** Writes those that are not there; overwrites none. @throws UsageError when one cannot be made: then none was */
async function writeAll(
  folder: string,
  files: readonly NewFile[],
): Promise<{ readonly written: readonly string[]; readonly kept: readonly string[] }> {
  const written: string[] = [];
  const kept: string[] = [];
  for (const { name, text, mode } of files) {
    const path = resolve(folder, name);
    try {
      await writeFile(path, text, { flag: 'wx', mode });
      written.push(name);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      // Another `init` may have been faster, in the same moment.
      if (code === 'EEXIST' && name !== CONFIG) {
        kept.push(name);
        continue;
      }
      await Promise.all(written.map((each) => rm(resolve(folder, each))));
      throw new UsageError(`${path} cannot be written (${code}): choose another folder, nothing was changed`);
    }
  }
  return { written, kept };
}

/** What a file of secrets that was there already lacks. */
async function adviceOn(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return SECRET_NAMES.filter((name) => !new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=\\s*\\S`, 'm').test(text)).map(
    (name) =>
      name === SUBJECT_SECRET
        ? `${SECRETS_FILE} has no ${name}: write the one in that this server was first started with`
        : `${SECRETS_FILE} has no ${name}: add the line ${name}=…, \`npx beckon-server secret\` prints a value`,
  );
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function listOf(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
