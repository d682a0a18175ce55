import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));

/** A folder in which the package is installed, and what Node is told to run its sources there, with no build. */
export interface CliFolder {
  readonly folder: string;
  /** Before the script's own name. Workspace packages are read as sources; the widget's script is an empty one. */
  readonly nodeArgs: readonly string[];
  /** The command line's own file. */
  readonly cli: string;
}

export async function createCliFolder(name: string): Promise<CliFolder> {
  const folder = await mkdtemp(join(tmpdir(), `beckon-${name}-`));
  await mkdir(join(folder, 'node_modules/@beckon'), { recursive: true });
  await symlink(PACKAGE, join(folder, 'node_modules/@beckon/session-server'));
  await mkdir(join(folder, 'script'));
  const manifest = join(folder, 'script/manifest.json');
  await writeFile(join(folder, 'script/widget.js'), '/* not built */');
  await writeFile(manifest, JSON.stringify({ loader: 'widget.js', element: 'element.js', encoder: 'encoder.js' }));
  const preload = join(folder, 'preload.mjs');
  await writeFile(
    preload,
    `import { registerHooks } from 'node:module';
     registerHooks({ resolve: (name, context, next) =>
       name === '#script/manifest.json'
         ? { url: ${JSON.stringify(pathToFileURL(manifest).href)}, shortCircuit: true }
         : next(name, context) });`,
  );
  return {
    folder,
    nodeArgs: ['--conditions=@beckon/source', '--import', preload],
    cli: fileURLToPath(new URL('../cli.ts', import.meta.url)),
  };
}
