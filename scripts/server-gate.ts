/**
 * What publint does not know of the built server: what a process of it loads. Each module costs time before the first
 * answer, and memory as long as the process runs; both are counted here, because neither can be timed on a busy machine.
 * `pnpm bench` times them. Needs the build.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ROOT } from './steps.ts';

const SERVER = join(ROOT, 'packages/session-server');
const DIST = join(SERVER, 'dist');
/** Files that `start` loads at most: some 17 of the server's own, because what operators work at is loaded later and shares some of them, and what Express, ws and ipaddr.js load. */
const MOST_FILES = 162;
/** In characters, of one byte each: the server's own sources that `start` loads, which the process keeps in memory. 68,000 came with what clients do after the code, 20,000 with the pages of one design and the pictures of apps, 115,000 with what operators do: the audit trail, grants and persons, clients of the store, webhooks. */
const MOST_SOURCE = 1_300_000;
/** What `start` need not load: Node's HTTP client and HTTP/2. An `import` of `node:http` loads both. */
const UNWANTED = ['NativeModule internal/deps/undici/undici', 'NativeModule http2'];

const problems: string[] = [];
const expectThat = (holds: boolean, problem: string): void => {
  if (!holds) problems.push(problem);
};

/** What a process loaded, told by the process itself when it ends. */
interface Loaded {
  /** URLs of files, in the order in which they were loaded. */
  readonly files: readonly string[];
  readonly builtins: readonly string[];
}

/** Runs the built command line in `folder`, sends SIGTERM once it says `until`, and answers what it loaded. */
async function loadedBy(args: readonly string[], folder: string, until?: RegExp): Promise<Loaded> {
  const report = join(folder, 'loaded.json');
  rmSync(report, { force: true });
  const spy = join(folder, 'spy.mjs');
  writeFileSync(
    spy,
    `import { registerHooks } from 'node:module';
     import { writeFileSync } from 'node:fs';
     const files = [];
     registerHooks({ load: (url, context, next) => (url.startsWith('file:') && files.push(url), next(url, context)) });
     process.on('exit', () => writeFileSync(${JSON.stringify(report)},
       JSON.stringify({ files, builtins: process.moduleLoadList })));`,
  );
  const child = spawn(process.execPath, ['--import', pathToFileURL(spy).href, join(DIST, 'cli.js'), ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let isTold = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += String(chunk);
      if (isTold || until?.test(said) !== true) return;
      // Once: a second one ends a server at once, before it has told what it loaded.
      isTold = true;
      child.kill('SIGTERM');
    });
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
  await once(child, 'close');
  clearTimeout(timer);
  if (until?.test(said) === false) throw new Error(`beckon-server ${args.join(' ')} said: ${said}`);
  return JSON.parse(readFileSync(report, 'utf8')) as Loaded;
}

/** The package of a file in `node_modules`; null for the server's own. */
function packageOf(url: string): string | null {
  return /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? null;
}

const CONFIG = `import { defineConfig, oidc, wallet } from '@beckon/session-server';
export default defineConfig({
  issuer: 'http://127.0.0.1:4400', store: 'sqlite:./beckon.db', admin: { port: 0 },
  secret: 'a'.repeat(43), subjectSecret: 'b'.repeat(43),
  clients: [{ client_id: 'shop', client_name: 'Shop', client_secret: 'c'.repeat(43), scope: 'openid',
    redirect_uris: ['http://localhost:3000/callback'] }],
  connectors: [
    wallet({ names: { en: 'Bank' }, issuers: [{ issuer: 'http://127.0.0.1:4402/wallet', clientIds: ['app'] }] }),
    oidc({ id: 'corp', names: { en: 'Corp' }, issuer: 'http://127.0.0.1:4402/corp', clientId: 'shop', clientSecret: 'secret' }),
  ],
});`;

/** The names of the files that `start` loads. */
let started = new Set<string>();
const folder = mkdtempSync(join(tmpdir(), 'beckon-gate-'));
try {
  mkdirSync(join(folder, 'node_modules/@beckon'), { recursive: true });
  symlinkSync(SERVER, join(folder, 'node_modules/@beckon/session-server'));
  writeFileSync(join(folder, 'beckon.config.mjs'), CONFIG);

  const version = await loadedBy(['--version'], folder);
  expectThat(
    version.files.length === 2,
    `--version loads more than cli.js and package.json: ${version.files.join(', ')}`,
  );

  const start = ['start', '--port', '0'];
  await loadedBy(start, folder, /is served on/);
  // With the store and its keys there, as at every start but the first.
  const { files, builtins } = await loadedBy(start, folder, /is served on/);
  const dependencies = new Set(files.map(packageOf).filter((name) => name !== null));
  const { dependencies: named } = JSON.parse(readFileSync(join(SERVER, 'package.json'), 'utf8')) as {
    dependencies: Readonly<Record<string, string>>;
  };
  for (const name of Object.keys(named))
    expectThat(dependencies.has(name), `${name} is a dependency that start never loads`);
  expectThat(files.length <= MOST_FILES, `start loads ${files.length} files, and may load ${MOST_FILES}`);
  for (const each of UNWANTED) expectThat(!builtins.includes(each), `start loads ${each}`);
  console.log(`start loads ${files.length} files, of ${dependencies.size} packages`);
  started = new Set(files.map((url) => basename(fileURLToPath(url))));
} finally {
  rmSync(folder, { recursive: true });
}

let source = 0;
for (const file of globSync('{,testing/}*.{js,d.ts}', { cwd: DIST })) {
  const text = readFileSync(join(DIST, file), 'utf8');
  if (!file.endsWith('.ts') && !file.startsWith('testing/')) {
    if (started.has(file)) source += text.length;
    expectThat(!/[\u0100-\uffff]/.test(text), `${file} is not in Latin-1: V8 keeps it at two bytes for each character`);
  }
  // What is bundled is no dependency: a strict page of TypeScript would not find it.
  for (const [, name = ''] of text.matchAll(/^import (?:[^;]*? from )?"([^".][^"]*)"/gm)) {
    const isThere = name.startsWith('node:') || ['express', 'ws', 'ipaddr.js', 'vitest'].includes(name);
    expectThat(isThere, `${file} imports ${name}, which is no dependency`);
  }
}
expectThat(source <= MOST_SOURCE, `the server's sources have ${source} characters, and may have ${MOST_SOURCE}`);
console.log(`its sources have ${source} characters`);

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
