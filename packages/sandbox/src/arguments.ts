import { parseArgs } from 'node:util';

export const USAGE = `beckon-sandbox --beckon URL [--codes-at URL] [--port N] [--shop URL]

A wallet issuer (/wallet) and a phone (/phone) to try sign-ins with, on 127.0.0.1 only.

  --beckon URL  the session server's issuer, for example http://127.0.0.1:4400 (required)
  --codes-at URL  where its codes lead, where that is another origin (qrBaseUrl)
  --port N      where to listen, 1 to 65535 (default 4402)
  --shop URL    a page with a login, for the phone to link to
  --help        this text
`;

export type Arguments =
  | {
      readonly run: 'sandbox';
      readonly port: number;
      readonly beckon: string;
      readonly codesAt: string | undefined;
      readonly shop: string | undefined;
    }
  | { readonly run: 'help' };

/** A flag is unknown, missing, doubled or out of range; the message names each. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const FLAGS = {
  port: { type: 'string' },
  beckon: { type: 'string' },
  'codes-at': { type: 'string' },
  shop: { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** Reads the command line, without the first two words. @throws UsageError with every mistake, one a line */
export function readArguments(words: readonly string[]): Arguments {
  const { tokens } = parseArgs({ args: [...words], options: FLAGS, strict: false, tokens: true });
  const given = new Map<string, string>();
  const mistakes: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') mistakes.push(`unexpected word "${token.value}"`);
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    if (!(name in FLAGS)) mistakes.push(`unknown flag ${rawName}`);
    else if (given.has(name)) mistakes.push(`${rawName} is given twice`);
    else if (name === 'help' && value !== undefined) mistakes.push(`${rawName} takes no value`);
    else if (name !== 'help' && (value === undefined || value === '' || value.startsWith('-')))
      mistakes.push(`${rawName} needs a value`);
    given.set(name, value ?? '');
  }
  if (given.has('help') && mistakes.length === 0) return { run: 'help' };

  const beckon = given.get('beckon');
  const codesAt = given.get('codes-at');
  const shop = given.get('shop');
  const port = given.get('port') ?? '4402';
  const settled = mistakes.join('\n');
  if (beckon === undefined) mistakes.push('--beckon is missing');
  else if (!settled.includes('--beckon') && !isWebUrl(beckon)) mistakes.push('--beckon must be an http or https URL');
  if (codesAt !== undefined && !settled.includes('--codes-at') && !isWebUrl(codesAt))
    mistakes.push('--codes-at must be an http or https URL');
  if (shop !== undefined && !settled.includes('--shop') && !isWebUrl(shop))
    mistakes.push('--shop must be an http or https URL');
  if (!settled.includes('--port') && !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535))
    mistakes.push('--port must be a whole number from 1 to 65535');
  if (mistakes.length > 0) throw new UsageError(mistakes.join('\n'));
  return { run: 'sandbox', port: Number(port), beckon: beckon ?? '', codesAt, shop };
}

function isWebUrl(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}
