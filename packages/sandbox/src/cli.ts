#!/usr/bin/env node
/** The process edge: flags in, exit codes out. 2 for a wrong command line, 1 when it cannot run. */
import { readArguments, USAGE, UsageError } from './arguments.ts';
import { createSandbox } from './server.ts';

try {
  const words = readArguments(process.argv.slice(2));
  if (words.run === 'help') {
    process.stdout.write(USAGE);
  } else {
    const sandbox = createSandbox({
      issuer: `http://127.0.0.1:${String(words.port)}`,
      beckon: { issuer: words.beckon, codesAt: words.codesAt, shop: words.shop },
    });
    const url = await sandbox.listen(words.port);
    process.stdout.write(`sandbox  ${url}\nphone    ${url}/phone\nwallet   ${url}/wallet\n`);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.close());
  }
} catch (error) {
  const { message, exitCode } = explain(error);
  process.stderr.write(`beckon-sandbox: ${message}\n`);
  process.exitCode = exitCode;
}

function explain(error: unknown): { readonly message: string; readonly exitCode: number } {
  if (error instanceof UsageError)
    return { message: `${error.message.replaceAll('\n', '\n                ')}\n\n${USAGE}`, exitCode: 2 };
  if (error instanceof TypeError) return { message: error.message, exitCode: 2 };
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EADDRINUSE') return { message: 'the port is taken; choose another with --port', exitCode: 1 };
  if (code === 'EACCES') return { message: 'this port needs more rights; choose another with --port', exitCode: 1 };
  return { message: error instanceof Error ? error.message : String(error), exitCode: 1 };
}
