#!/usr/bin/env node
/** Looks at Node's version before anything is loaded that an older one does not have. */
import { createRequire } from 'node:module';

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < 22 || (major === 22 && minor < 18);
}

if (isTooOld(process.versions.node)) {
  process.stderr.write(`beckon-server: needs Node 22.18 or newer, and this is ${process.versions.node}\n`);
  process.exitCode = 1;
} else if (process.argv[2] === '--version') {
  // Scripts ask for it again and again: nothing else is loaded.
  const { version } = createRequire(import.meta.url)('../package.json') as { readonly version: string };
  process.stdout.write(`${version}\n`);
} else {
  // Goes on in `young-heap.ts`. What is loaded now mostly stays: a large room for what is new would stay with it, as 5 MB.
  if (process.argv[2] === 'start')
    process.getBuiltinModule('node:v8').setFlagsFromString('--semi-space-growth-factor=1');
  const { runCli } = await import('./run-cli.ts');
  process.exitCode = await runCli(process.argv.slice(2));
}
