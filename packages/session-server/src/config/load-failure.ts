import { execFile } from 'node:child_process';
import { basename, extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

/** What the package exports for a configuration: a file often uses one of them without importing it. */
export const EXPORTED: ReadonlySet<string> = new Set(
  'defineConfig sqlite wallet pasby didit krdpass uaepass paswad oidc'.split(' '),
);

/**
 * Why a configuration file could not be imported, and what to do. The error's own words are not repeated: they quote
 * the file, and a secret may stand there. What is told is a class of mistakes, a line, and names of packages.
 */
export async function failureOf(file: string, cause: unknown): Promise<string> {
  if (!(cause instanceof Error)) return `it throws something that is no error${RUN_IT(file)}`;
  const { message } = cause;
  const { code = '' } = cause as NodeJS.ErrnoException;
  const line = lineIn(file, cause.stack ?? '');
  const at = line === null ? '' : ` in line ${line}`;

  if (code === 'ERR_MODULE_NOT_FOUND') {
    const [, packageName] = /^Cannot find package '([^']+)'/.exec(message) ?? [];
    return packageName === undefined
      ? 'it imports a file that is not there: correct the path behind `from`'
      : `it imports the package ${packageName}, which is not installed in this folder: \`npm install\` it here`;
  }
  const [, from, name] =
    /^The requested module '([^']+)' does not provide an export named '([^']+)'/.exec(message) ?? [];
  if (from !== undefined) return `it imports ${name}${at} from ${from}, which exports no such name: correct the name`;
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX')
    return `it has TypeScript${at} that Node does not run, such as an enum or a namespace: write it without`;
  if (cause instanceof SyntaxError) {
    // `npm init` writes that type, and Node says only that `import` may not be used.
    const isMisread = !/\.m[jt]s$/.test(file) && /\bimport\b|\bexport\b/.test(message);
    if (isMisread)
      return 'Node takes it for CommonJS. If the package.json here has "type": "commonjs", name the file beckon.config.mjs';
    const found = line ?? (await lineOfSyntaxError(file));
    const language = extname(file).startsWith('.t') || extname(file) === '.mts' ? 'TypeScript' : 'JavaScript';
    return found === null
      ? `it, or a file that it imports, is no valid ${language}: look for a bracket, comma or quotation mark that is missing`
      : `it is no valid ${language} in line ${found} or before it: look for a bracket, comma or quotation mark that is missing`;
  }
  if (cause instanceof ReferenceError) {
    const [, unknown = ''] = /^(\w+) is not defined/.exec(message) ?? [];
    if (unknown === 'require') return `it calls require${at}, which a module cannot: write \`import\` instead`;
    if (EXPORTED.has(unknown))
      return `it uses ${unknown}${at} and does not import it: add it to the import from '@beckon/session-server'`;
    return `it uses a name that is not defined${at}: put text in quotation marks, and import what comes from elsewhere`;
  }
  const system = /^E[A-Z]+$/.test(code) ? ` (${code})` : '';
  return `it throws an error${at}${system}${RUN_IT(file)}`;
}

const RUN_IT = (file: string): string =>
  `, whose words may hold a secret and are not repeated: \`node ${basename(file)}\` shows them`;

/** The first place in the file itself that a stack names; null where it names none. */
function lineIn(file: string, stack: string): number | null {
  for (const name of [pathToFileURL(file).href, file]) {
    const [, line] = /^(?:\?[^:\s]*)?:(\d+)/.exec(stack.split(name)[1] ?? '') ?? [];
    if (line !== undefined) return Number(line);
  }
  return null;
}

/** Node says it only where it checks a file by itself; that runs nothing of it. */
async function lineOfSyntaxError(file: string): Promise<number | null> {
  const refused = await promisify(execFile)(process.execPath, ['--check', file]).then(
    () => '',
    ({ stderr }: { readonly stderr?: string }) => stderr ?? '',
  );
  return lineIn(file, refused);
}
