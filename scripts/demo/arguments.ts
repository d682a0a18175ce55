import { parseArgs } from 'node:util';

const DEFAULT_PORT_BASE = 4400;
/** Four ports in a row, and 65535 is the last one. */
const HIGHEST_PORT_BASE = 65_532;
/** Below it, ports need more rights than a demo should have. */
const LOWEST_PORT_BASE = 1024;

export const USAGE = `pnpm start [--port-base N]

The session server, a shop that signs people in with it, and a sandbox with a phone to scan with.

  --port-base N  uses the ports N to N+3 (default ${DEFAULT_PORT_BASE}; ${LOWEST_PORT_BASE} to ${HIGHEST_PORT_BASE})
  --help         this text
`;

/** What the person can do something about; said without a stack trace. */
export class DemoError extends Error {}

/** Reads the words after the script's name. @throws DemoError naming every mistake */
export function readArguments(words: readonly string[]): { readonly help: boolean; readonly portBase: number } {
  // `pnpm start -- --port-base 5000` hands the separator on too.
  const args = words[0] === '--' ? words.slice(1) : [...words];
  const options = { 'port-base': { type: 'string' }, help: { type: 'boolean' } } as const;
  const { tokens } = parseArgs({ args, options, strict: false, tokens: true });
  const mistakes: string[] = [];
  const bases: string[] = [];
  let help = false;
  for (const token of tokens) {
    if (token.kind === 'positional') mistakes.push(`unexpected word "${token.value}"`);
    if (token.kind !== 'option') continue;
    if (token.name === 'help') help = true;
    else if (token.name !== 'port-base') mistakes.push(`unknown flag ${token.rawName}`);
    else if (!token.value || !isPortBase(token.value))
      mistakes.push(`--port-base needs a whole number from ${LOWEST_PORT_BASE} to ${HIGHEST_PORT_BASE}`);
    else bases.push(token.value);
  }
  if (bases.length > 1) mistakes.push('--port-base is given more than once');
  if (mistakes.length > 0) throw new DemoError(`${mistakes.join('\n')}\n\n${USAGE}`);
  return { help, portBase: Number(bases[0] ?? DEFAULT_PORT_BASE) };
}

function isPortBase(text: string): boolean {
  return /^[1-9]\d{3,4}$/.test(text) && Number(text) >= LOWEST_PORT_BASE && Number(text) <= HIGHEST_PORT_BASE;
}
