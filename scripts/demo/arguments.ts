import { isIPv4 } from 'node:net';
import { parseArgs } from 'node:util';

const DEFAULT_PORT_BASE = 4400;
/** Four ports in a row, and 65535 is the last one. */
const HIGHEST_PORT_BASE = 65_532;
/** Below it, ports need more rights than a demo should have. */
const LOWEST_PORT_BASE = 1024;

export const USAGE = `pnpm start [--port-base N] [--lan [ADDRESS]]

The session server, a shop that signs people in with it, and a sandbox with a phone to scan with.

  --port-base N  uses the ports N to N+3 (default ${DEFAULT_PORT_BASE}; ${LOWEST_PORT_BASE} to ${HIGHEST_PORT_BASE})
  --lan          lets phones on the same network scan the codes and use the demo, by this machine's ADDRESS (IPv4;
                 default: its first private one). Everything travels unencrypted: only in a network that you trust
  --help         this text
`;

/** What the person can do something about; said without a stack trace. */
export class DemoError extends Error {}

export interface Arguments {
  readonly help: boolean;
  readonly portBase: number;
  /** Whether phones on the network may take part, and at which address of this machine; null for its first private one. */
  readonly lan: { readonly address: string | null } | null;
}

/** Reads the words after the script's name. @throws DemoError naming every mistake */
export function readArguments(words: readonly string[]): Arguments {
  // `pnpm start -- --port-base 5000` hands the separator on too.
  const given = words[0] === '--' ? words.slice(1) : [...words];
  // Its value may be left out.
  const args = given.map((word, i) => (word === '--lan' && (given[i + 1] ?? '-').startsWith('-') ? '--lan=' : word));
  const options = { 'port-base': { type: 'string' }, lan: { type: 'string' }, help: { type: 'boolean' } } as const;
  const { tokens } = parseArgs({ args, options, strict: false, tokens: true });
  const mistakes: string[] = [];
  const bases: string[] = [];
  const addresses: (string | null)[] = [];
  let help = false;
  for (const token of tokens) {
    if (token.kind === 'positional') mistakes.push(`unexpected word "${token.value}"`);
    if (token.kind !== 'option') continue;
    if (token.name === 'help') help = true;
    else if (token.name === 'lan') addresses.push(token.value === '' ? null : (token.value ?? null));
    else if (token.name !== 'port-base') mistakes.push(`unknown flag ${token.rawName}`);
    else if (!token.value || !isPortBase(token.value))
      mistakes.push(`--port-base needs a whole number from ${LOWEST_PORT_BASE} to ${HIGHEST_PORT_BASE}`);
    else bases.push(token.value);
  }
  if (bases.length > 1) mistakes.push('--port-base is given more than once');
  if (addresses.length > 1) mistakes.push('--lan is given more than once');
  if (addresses.some((address) => address !== null && !isIPv4(address)))
    mistakes.push('--lan takes an IPv4 address of this machine, for example --lan 192.168.1.5');
  if (mistakes.length > 0) throw new DemoError(`${mistakes.join('\n')}\n\n${USAGE}`);
  const [address] = addresses;
  return {
    help,
    portBase: Number(bases[0] ?? DEFAULT_PORT_BASE),
    lan: address === undefined ? null : { address },
  };
}

function isPortBase(text: string): boolean {
  return /^[1-9]\d{3,4}$/.test(text) && Number(text) >= LOWEST_PORT_BASE && Number(text) <= HIGHEST_PORT_BASE;
}
