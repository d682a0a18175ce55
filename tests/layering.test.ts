import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOMS } from './architecture.ts';
import { type Manifest, violations } from './layering.ts';
import { readSource, type Source } from './source.ts';

const ROOT = join(import.meta.dirname, '..');
const FOLDERS = ['packages/*', 'examples/*', 'e2e', 'bench'];
/** Sources beside those in a `src`. */
const OTHERS = ['e2e/*.ts', 'e2e/stories/*.ts', 'bench/**/*.ts'];

function repositoryPaths(): readonly string[] {
  return globSync([...FOLDERS.map((folder) => `${folder}/src/**/*.{ts,tsx}`), ...OTHERS], { cwd: ROOT })
    .filter((path) => !path.includes('node_modules'))
    .toSorted();
}

function repositorySources(): readonly Source[] {
  return repositoryPaths().map((path) => readSource(path, readFileSync(join(ROOT, path), 'utf8')));
}

function repositoryManifests(): readonly Manifest[] {
  return globSync(
    FOLDERS.map((folder) => `${folder}/package.json`),
    { cwd: ROOT },
  ).map((file) => {
    const manifest = JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as Record<string, unknown>;
    const names = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'].flatMap((section) =>
      Object.keys((manifest[section] as object | undefined) ?? {}),
    );
    return { path: file.replace('/package.json', ''), name: String(manifest['name']), dependencies: names };
  });
}

describe('the sources', () => {
  it('keep to the architecture', () => {
    expect(violations(repositorySources(), repositoryManifests())).toEqual([]);
    // It parses every source: 3 s, and more beside other work.
  }, 60_000);

  it('have every room that the table names', () => {
    const rooms = repositoryPaths();
    const missing = Object.entries(ROOMS).flatMap(([folder, table]) =>
      Object.keys(table)
        .map((room) => `${folder}/src/${room}`)
        .filter((place) => !rooms.some((path) => path.startsWith(place))),
    );
    expect(missing).toEqual([]);
  });
});

describe('a planted violation is found', () => {
  const server = 'packages/session-server/src';
  const widget = 'packages/widget/src';
  const planted: readonly (readonly [what: string, path: string, text: string, says: string])[] = [
    ['a room above', `${server}/session/frame.ts`, `import '../flow/flow.ts'`, 'session/ may import'],
    [
      'a type of a room above',
      `${server}/session/frame.ts`,
      `import type { Flow } from '../flow/flow.ts'`,
      'flow/flow.ts',
    ],
    ['an inline type import', `${server}/session/frame.ts`, `type F = import('../flow/flow.ts').Flow`, 'flow/flow.ts'],
    ['a re-export', `${server}/session/frame.ts`, `export * from '../flow/flow.ts'`, 'flow/flow.ts'],
    ['a dynamic import', `${server}/session/frame.ts`, `await import('../flow/flow.ts')`, 'flow/flow.ts'],
    ['a new room', `${server}/plugins/plugin.ts`, '', 'has no row in ROOMS'],
    ['a route in a policy', `${server}/http/policy/cors.ts`, `import '../routes/admin.ts'`, 'http/policy/ may import'],
    ['a route in input', `${server}/http/input/body.ts`, `import '../routes/admin.ts'`, 'http/input/ may import'],
    ['a policy in a page', `${server}/http/pages/page.ts`, `import '../policy/headers.ts'`, 'http/pages/ may import'],
    ['the app in a route', `${server}/http/routes/admin.ts`, `import '../app.ts'`, 'http/routes/ may import'],
    ['express in flow', `${server}/flow/flow.ts`, `import express from 'express'`, 'flow/ may import'],
    ['jose in flow', `${server}/flow/flow.ts`, `import { SignJWT } from 'jose'`, 'knows nothing of HTTP'],
    ['a connector in a connector', `${server}/connectors/a/a.ts`, `import '../b/b.ts'`, 'no connector imports another'],
    ['a concrete store', `${server}/flow/flow.ts`, `import '../store/sqlite.ts'`, 'imports the implementation'],
    [
      'a concrete connector',
      `${server}/http/app.ts`,
      `import '../connectors/wallet/wallet.ts'`,
      'imports the implementation',
    ],
    [
      'what tests share, in the server',
      `${server}/http/app.ts`,
      `import '../test-support/harness.ts'`,
      'only tests do',
    ],
    [
      'what tests share, in what is published',
      `${server}/testing/index.ts`,
      `export * from '../test-support/harness.ts'`,
      'only tests do',
    ],
    ['the environment', `${server}/http/app.ts`, `const p = process.env['PORT']`, 'reads the environment'],
    ['the environment, taken apart', `${server}/http/app.ts`, `const { env } = process`, 'reads the environment'],
    [
      'the environment, imported',
      `${server}/http/app.ts`,
      `import { env } from 'node:process'`,
      'reads the environment',
    ],
    ['the clock', `${server}/flow/flow.ts`, `const at = Date.now()`, 'uses Date.now'],
    ['a timer', `${server}/flow/flow.ts`, `setTimeout(() => {}, 5)`, 'uses setTimeout'],
    [
      'a timer, imported',
      `${server}/flow/flow.ts`,
      `import { setTimeout } from 'node:timers/promises'`,
      'uses node:timers',
    ],
    ['a timer, passed on', `${server}/flow/flow.ts`, `start({ later: setTimeout })`, 'uses setTimeout'],
    ['a timer of the global object', `${server}/flow/flow.ts`, `globalThis.setInterval(run, 5)`, 'uses setInterval'],
    ['a timer, taken apart', `${server}/flow/flow.ts`, `const { setImmediate } = globalThis`, 'uses setImmediate'],
    [
      'the process’s own timers in a connector',
      `${server}/connectors/a/a.ts`,
      `import { systemTimers } from '../../jobs/timers.ts'`,
      'connectors/ may import',
    ],
    ['a limit of time', `${server}/flow/flow.ts`, `AbortSignal.timeout(5)`, 'uses AbortSignal.timeout'],
    ['the clock, passed on', `${server}/flow/flow.ts`, `start({ now: Date.now })`, 'uses Date.now'],
    ['the clock as a date', `${server}/flow/flow.ts`, `const at = new Date()`, 'uses new Date()'],
    [
      'randomness',
      `${server}/flow/flow.ts`,
      `import { randomBytes } from 'node:crypto'`,
      'uses node:crypto randomBytes',
    ],
    ['randomness of ids', `${server}/http/app.ts`, `import { nanoid } from 'nanoid'`, 'uses nanoid nanoid'],
    ['Math.random', `${server}/flow/flow.ts`, `const n = Math.random()`, 'uses Math.random'],
    ['an import that only run time names', `${server}/http/app.ts`, `await import(name)`, 'only run time names'],
    ['an import in protocol', 'packages/protocol/src/index.ts', `import 'node:fs'`, 'protocol imports nothing'],
    ['React in the frame', `${widget}/frame/host.ts`, `import 'react'`, 'never downloads a renderer'],
    [
      'the server in the widget',
      `${widget}/session/a.ts`,
      `import '@beckon/session-server'`,
      'packages/widget may import',
    ],
    [
      'a path out of the package',
      `${widget}/session/a.ts`,
      `import '../../../protocol/src/index.ts'`,
      'out of its own package',
    ],
  ];

  it.each(planted)('%s', (_, path, text, says) => {
    const found = violations([readSource(path, text)], []);
    expect(found.join('\n')).toContain(says);
  });

  it('Preact behind two imports of the frame', () => {
    const sources = [
      readSource(`${widget}/frame/host.ts`, `import './button.ts'`),
      readSource(`${widget}/frame/button.ts`, `import 'preact/hooks'`),
    ];
    expect(violations(sources, []).join('\n')).toContain('never downloads a renderer');
  });

  it('packages that depend on each other', () => {
    const manifests = [
      { path: 'packages/widget', name: '@beckon/widget', dependencies: ['@beckon/protocol'] },
      { path: 'packages/protocol', name: '@beckon/protocol', dependencies: ['@beckon/widget'] },
    ];
    expect(violations([], manifests).join('\n')).toContain('in a circle: @beckon/widget → @beckon/protocol');
  });

  it('but a test may import what it likes', () => {
    const text = `import { createApp } from '../http/app.ts'; Date.now()`;
    expect(violations([readSource(`${server}/session/frame.test.ts`, text)], [])).toEqual([]);
  });

  it('nor is what only tests share held against the table', () => {
    const text = `import { createApp } from '../http/app.ts'; import './fake-pasby.ts'; Date.now()`;
    expect(violations([readSource(`${server}/test-support/harness.ts`, text)], [])).toEqual([]);
  });

  it('and what the table allows is no violation', () => {
    const sources = [
      readSource(`${server}/flow/conductor.ts`, `import '../session/index.ts'; import '../store/store.ts'`),
      readSource(`${server}/server/compose.ts`, `import '../store/sqlite.ts'; Date.now()`),
      readSource(`${server}/connectors/a/a.ts`, `import '../shared/keys.ts'; import '../connector.ts'`),
      readSource(`${server}/config/load.ts`, `process.env['BECKON_SECRET']; new Date(0)`),
      readSource(`${server}/jobs/timers.ts`, `setTimeout(() => undefined, 5); AbortSignal.timeout(5)`),
      readSource(`${server}/connectors/a/wait.ts`, `import type { Timers } from '../../jobs/timers-port.ts'`),
      readSource(`${server}/http/server.ts`, `server.setTimeout(5); clearTimeout(given)`),
    ];
    expect(violations(sources, [])).toEqual([]);
  });
});
