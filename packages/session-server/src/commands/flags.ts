import { parseArgs } from 'node:util';
import { UsageError } from './command.ts';

/** Reads `--name value` and `--name=value`; every flag at most once. @throws UsageError that names the flag */
export function readFlags<Name extends string>(
  args: readonly string[],
  names: readonly Name[],
): Partial<Record<Name, string>> {
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string', multiple: true } as const]));
  const { values, positionals } = parse(args, options);
  const [extra] = positionals;
  if (extra !== undefined) throw new UsageError(`"${extra}" is not expected here`);
  const read: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const given = values[name];
    if (given === undefined) continue;
    const [value, ...more] = given;
    if (more.length > 0) throw new UsageError(`--${name} was given more than once`);
    if (value === undefined || value === '') throw new UsageError(`--${name} needs a value`);
    read[name] = value;
  }
  return read;
}

/** Whether a flag without a value is there, and the words without it. */
export function takeSwitch(args: readonly string[], name: string): readonly [boolean, readonly string[]] {
  const at = args.indexOf(name);
  return at === -1 ? [false, args] : [true, args.toSpliced(at, 1)];
}

/** A TCP port, 0 for any free one. @throws UsageError */
export function portFlag(name: string, value: string): number {
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535)
    throw new UsageError(`--${name} must be a port number from 0 to 65535, not "${value}"`);
  return Number(value);
}

function parse(
  args: readonly string[],
  options: Readonly<Record<string, { readonly type: 'string'; readonly multiple: true }>>,
): {
  readonly values: Readonly<Record<string, readonly string[] | undefined>>;
  readonly positionals: readonly string[];
} {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    // Node's own words name the flag; its hint about `--` would only confuse here.
    throw new UsageError(message.split('. ')[0] ?? message);
  }
}
