/** Holds sources against the tables of `architecture.ts`. Every function answers its violations, one sentence each. */
import { posix } from 'node:path';
import {
  CONTRACTS,
  INSIDES,
  NEVER_REACHED,
  ONLY_HERE,
  PACKAGES,
  ROOMS,
  type Room,
  TEST_SUPPORT,
} from './architecture.ts';
import type { Source } from './source.ts';

export interface Manifest {
  /** The package's folder, for example `packages/widget`. */
  readonly path: string;
  readonly name: string;
  /** The names of everything that it depends on, in whatever section. */
  readonly dependencies: readonly string[];
}

/** Every violation of every rule. */
export function violations(sources: readonly Source[], manifests: readonly Manifest[]): readonly string[] {
  const checked = sources.filter(({ path }) => !isTest(path));
  return [
    ...checked.flatMap((source) => [
      ...packageViolations(source),
      ...roomViolations(source),
      ...connectorViolations(source),
      ...implementationViolations(source),
      ...testSupportViolations(source),
      ...privilegeViolations(source),
    ]),
    ...reachViolations(checked),
    ...manifestViolations(manifests),
  ];
}

function packageViolations({ path, imports }: Source): readonly string[] {
  const from = packageOf(path);
  const allowed = PACKAGES[from];
  if (allowed === undefined) return [`${path}: the package ${from} has no row in PACKAGES`];
  const own = posix.join(from, '/');
  return imports.flatMap((specifier) => {
    const file = resolve(path, specifier);
    if (file !== null)
      return file.startsWith(own) || isOneOf(path, INSIDES)
        ? []
        : [`${path} imports ${specifier}, out of its own package`];
    const name = packageName(specifier);
    if (!name.startsWith('@beckon/') || allowed.includes(name)) return [];
    return [`${path} imports ${name}; ${from} may import ${list(allowed)}`];
  });
}

function roomViolations({ path, imports }: Source): readonly string[] {
  const from = packageOf(path);
  // The wire contract is bundled everywhere: it stands alone.
  if (from === 'packages/protocol') {
    return imports
      .filter((specifier) => resolve(path, specifier) === null)
      .map((specifier) => `${path} imports ${specifier}; protocol imports nothing`);
  }
  const rooms = ROOMS[from];
  if (rooms === undefined || !path.startsWith(`${from}/src/`)) return [];
  const name = roomOf(path);
  const room = rooms[name];
  if (room === undefined) return [`${path}: the room ${name} has no row in ROOMS`];
  return imports.flatMap((specifier) => {
    const file = resolve(path, specifier);
    if (file === null) {
      return mayUsePackage(room, specifier)
        ? []
        : [`${path} imports ${specifier}; ${name} may import ${list(room.packages)}`];
    }
    const target = file.slice(`${from}/src/`.length);
    if (!file.startsWith(`${from}/src/`) || roomOf(file) === name) return [];
    const allowed = room.rooms.includes(roomOf(file)) || room.rooms.includes(target);
    return allowed ? [] : [`${path} imports ${target}; ${name} may import ${list(room.rooms)}`];
  });
}

function mayUsePackage(room: Room, specifier: string): boolean {
  if (specifier.startsWith('node:')) return room.packages.includes('node:') || room.packages.includes(specifier);
  return room.packages.includes(packageName(specifier));
}

/** No identity provider's door knows another's. `connectors/shared/` is for what two of them truly share. */
function connectorViolations({ path, imports }: Source): readonly string[] {
  const connector = connectorOf(path);
  if (connector === null) return [];
  return imports.flatMap((specifier) => {
    const other = connectorOf(resolve(path, specifier) ?? '');
    return other === null || other === connector || other === 'shared'
      ? []
      : [`${path} imports the connector ${other}; no connector imports another`];
  });
}

function implementationViolations({ path, imports }: Source): readonly string[] {
  return imports.flatMap((specifier) => {
    const file = resolve(path, specifier) ?? '';
    const room = Object.keys(CONTRACTS).find((folder) => file.startsWith(folder) && !path.startsWith(folder));
    if (room === undefined || CONTRACTS[room]?.includes(file.slice(room.length))) return [];
    return isOneOf(path, ONLY_HERE.implementations)
      ? []
      : [`${path} imports the implementation ${file}; only ${list(ONLY_HERE.implementations)} chooses one`];
  });
}

/** What tests share is theirs: nothing that runs or is published imports it. */
function testSupportViolations({ path, imports }: Source): readonly string[] {
  return imports.flatMap((specifier) =>
    isOneOf(resolve(path, specifier) ?? '', TEST_SUPPORT) ? [`${path} imports ${specifier}; only tests do`] : [],
  );
}

/** Environment, clock, randomness, and imports that cannot be read off the source. */
function privilegeViolations(source: Source): readonly string[] {
  const { path, readsEnvironment, importsComputed, clockAndDice, timers } = source;
  const found: string[] = [];
  if (importsComputed && !isOneOf(path, ONLY_HERE.computedImports)) {
    found.push(`${path} imports what only run time names; only ${list(ONLY_HERE.computedImports)} does`);
  }
  if (readsEnvironment && /^packages\/(?!sandbox)/.test(path) && !isOneOf(path, ONLY_HERE.environment)) {
    found.push(`${path} reads the environment; only ${list(ONLY_HERE.environment)} does`);
  }
  if (path.startsWith('packages/session-server/src/') && !isOneOf(path, ONLY_HERE.clockAndDice)) {
    found.push(...clockAndDice.map((use) => `${path} uses ${use}; time and randomness come in as arguments`));
  }
  if (path.startsWith('packages/session-server/src/') && !isOneOf(path, ONLY_HERE.timers)) {
    found.push(...timers.map((use) => `${path} uses ${use}; waiting goes through Timers`));
  }
  return found;
}

function reachViolations(sources: readonly Source[]): readonly string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  return NEVER_REACHED.flatMap(({ from, packages, because }) => {
    const found: string[] = [];
    const seen = new Set<string>();
    const follow = (source: Source, way: readonly string[]): void => {
      if (seen.has(source.path)) return;
      seen.add(source.path);
      for (const specifier of source.imports) {
        const file = resolve(source.path, specifier);
        const next = file === null ? undefined : byPath.get(file);
        if (file === null && packages.includes(packageName(specifier))) {
          found.push(`${[...way, source.path].join(' → ')} imports ${specifier}: ${because}`);
        }
        if (next !== undefined) follow(next, [...way, source.path]);
      }
    };
    for (const source of sources) if (source.path.startsWith(from)) follow(source, []);
    return found;
  });
}

function manifestViolations(manifests: readonly Manifest[]): readonly string[] {
  const byName = new Map(manifests.map((manifest) => [manifest.name, manifest]));
  const found: string[] = [];
  const done = new Set<Manifest>();
  const follow = (manifest: Manifest, way: readonly Manifest[]): void => {
    if (way.includes(manifest)) {
      const cycle = [...way.slice(way.indexOf(manifest)), manifest].map(({ name }) => name);
      found.push(`packages depend on each other in a circle: ${cycle.join(' → ')}`);
      return;
    }
    if (done.has(manifest)) return;
    for (const name of manifest.dependencies) {
      const next = byName.get(name);
      if (next !== undefined) follow(next, [...way, manifest]);
    }
    done.add(manifest);
  };
  for (const manifest of manifests) {
    follow(manifest, []);
    for (const name of manifest.dependencies) {
      if (byName.has(name) && !PACKAGES[manifest.path]?.includes(name)) {
        found.push(`${manifest.path}/package.json depends on ${name}; PACKAGES does not allow it`);
      }
    }
  }
  return found;
}

/** The file that a relative specifier names; null for a package. */
function resolve(path: string, specifier: string): string | null {
  return specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : null;
}

/** `packages/widget/src/qr/svg.ts` → `packages/widget`. */
function packageOf(path: string): string {
  const [first = '', second = ''] = path.split('/');
  return first === 'packages' || first === 'examples' ? `${first}/${second}` : first;
}

/**
 * The smallest room that the table has for a file: `…/src/http/routes/admin.ts` → `http/routes/`. Else the
 * folder or file under `src/`: `packages/widget/src/qr/svg.ts` → `qr/`; `packages/widget/src/index.ts` → `index.ts`.
 */
function roomOf(path: string): string {
  const rooms = ROOMS[packageOf(path)] ?? {};
  const [, , , ...parts] = path.split('/');
  const places = parts.map((_, i) => `${parts.slice(0, i + 1).join('/')}${i + 1 < parts.length ? '/' : ''}`);
  return places.findLast((place) => Object.hasOwn(rooms, place)) ?? places[0] ?? '';
}

/** `…/connectors/wallet/wallet.ts` → `wallet`; null for the contract and for every other room. */
function connectorOf(path: string): string | null {
  return /^packages\/session-server\/src\/connectors\/([^/]+)\//.exec(path)?.[1] ?? null;
}

/** `@beckon/widget/react` → `@beckon/widget`; `node:fs/promises` → `node:fs/promises`. */
function packageName(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Tests, and what only they share. */
function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || isOneOf(path, TEST_SUPPORT);
}

function isOneOf(path: string, places: readonly string[]): boolean {
  return places.some((place) => (place.endsWith('/') ? path.startsWith(place) : path === place));
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : names.join(', ');
}
