/**
 * What publint does not know of the built widget: its types compile for a page that uses all of them,
 * with React 18 and 19, by both ways to resolve modules; React's entry begins with `'use client'`; and
 * what `custom-elements.json` names is there. Needs the build.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runSideBySide, type Step } from './steps.ts';

const WIDGET = join(ROOT, 'packages/widget');

function contents(file: string): string {
  return readFileSync(join(WIDGET, file), 'utf8');
}

/** From the build (`--customConditions null`), and with every declaration checked, as a strict page would have it. */
function compiles(react: 18 | 19, ...resolution: readonly string[]): Step {
  const project = `packages/widget/consumer/${react === 18 ? 'tsconfig.react-18.json' : 'tsconfig.json'}`;
  const flags = ['--customConditions', 'null', '--skipLibCheck', 'false', ...resolution];
  return { name: `a page with React ${react}, ${resolution.at(-1)}`, command: ['tsc', '-p', project, ...flags] };
}

const NODENEXT = ['--module', 'nodenext', '--moduleResolution', 'nodenext'];
const BUNDLER = ['--module', 'esnext', '--moduleResolution', 'bundler'];
const problems = [
  ...(await runSideBySide([
    compiles(19, ...NODENEXT),
    compiles(19, ...BUNDLER),
    compiles(18, ...NODENEXT),
    compiles(18, ...BUNDLER),
  ])),
];

const entry = contents('dist/react/index.js');
if (!/^(?:'use client'|"use client");\n/.test(entry))
  problems.push("dist/react/index.js does not begin with 'use client'");

const { customElements, files } = JSON.parse(contents('package.json')) as { customElements: string; files: string[] };
if (!files.includes(customElements)) problems.push(`${customElements} is not published`);
const { modules } = JSON.parse(contents(customElements)) as { modules: { path: string }[] };
for (const { path } of modules) if (!existsSync(join(WIDGET, path))) problems.push(`${path} is not built`);

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
