/** The packages that come with a workspace package where it is installed from a registry. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './world/root.ts';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** `name@version` of each, in order. Optional ones count where they are installed here. @param folder of the package */
export function installedWith(folder: string): readonly string[] {
  const found = new Map<string, string>();
  const follow = (of: string, besides: readonly string[]): void => {
    const { dependencies = {}, optionalDependencies = {} } = manifestOf(of);
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const place = besides.map((modules) => join(modules, name)).find((path) => existsSync(path));
      if (place === undefined) {
        if (name in optionalDependencies) continue;
        throw new Error(`${name}, which ${of} needs, is not installed`);
      }
      const real = realpathSync(place);
      const { version } = manifestOf(real);
      if (found.has(`${name}@${version}`)) continue;
      found.set(`${name}@${version}`, real);
      // pnpm lays what a package needs beside it.
      follow(real, [join(real, 'node_modules'), real.slice(0, real.length - name.length - 1)]);
    }
  };
  const path = join(ROOT, folder);
  follow(path, [join(path, 'node_modules')]);
  return [...found.keys()].toSorted();
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}
