import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mistake } from './mistakes.ts';

/** A source file: its path in the repository, and its text. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** A file with a mistake in it. */
export interface Seeded {
  readonly path: string;
  readonly text: string;
}

const SRC = 'packages/session-server/src';
/** Connectors, and what they are made of; rooms that are not there are none. */
const ROOMS = ['connectors', 'outbound', 'openid-client'];

export function readSources(root: string): readonly Source[] {
  return globSync(
    ROOMS.map((room) => `${SRC}/${room}/**/*.ts`),
    { cwd: root },
  )
    .filter((path) => !path.endsWith('.test.ts'))
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** Makes a mistake. A text says why it cannot be made: its pattern is not there exactly once. */
export function seed({ find, put }: Mistake, sources: readonly Source[]): Seeded | string {
  const words = find.split(/\s+/).map((word) => word.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  const pattern = new RegExp(words.join(String.raw`\s+`), 'g');
  const places = sources.flatMap(({ path, text }) =>
    [...text.matchAll(pattern)].map(({ index, 0: { length } }) => ({ path, text, index, length })),
  );
  const [place, ...others] = places;
  if (place === undefined) return `found nowhere: ${find}`;
  if (others.length > 0) return `found ${String(places.length)} times: ${find}`;
  const { path, text, index, length } = place;
  return { path, text: text.slice(0, index) + put + text.slice(index + length) };
}

/** Suites that concern a file, as Vitest's filters; the first stage is the quicker one, later ones run where it saw nothing. */
export function suitesFor(path: string): readonly (readonly string[])[] {
  const [, name] = /\/connectors\/([a-z]+)\//.exec(path) ?? [];
  if (name !== undefined && name !== 'shared')
    return [
      [`${SRC}/connectors/${name}/`],
      [`tests/providers/conformance/${name}.test.ts`],
      [`tests/providers/${name}`],
    ];
  const room = path.slice(0, path.lastIndexOf('/') + 1);
  return [
    [room, ...['oidc', 'krdpass', 'uaepass', 'paswad'].map((each) => `${SRC}/connectors/${each}/`)],
    [`${SRC}/connectors/`, 'tests/providers/conformance/'],
  ];
}
