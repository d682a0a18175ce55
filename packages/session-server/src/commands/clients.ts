import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { resolveConfig } from '../config/index.ts';
import type { Changed, ClientActs, Operator, ShownClient, SwitchActs } from '../operator/index.ts';
import { asOperator } from './as-operator.ts';
import { type Member, type Members, membersAfter, readMembers } from './client-members.ts';
import { type Command, type CommandIo, UsageError } from './command.ts';
import { configOf } from './config-flag.ts';
import { printable, printTable } from './table.ts';
import { timeFrom } from './time-flag.ts';

const FLAGS = {
  config: { type: 'string' },
  json: { type: 'boolean' },
  from: { type: 'string' },
  version: { type: 'string' },
  until: { type: 'string' },
  reason: { type: 'string' },
  connector: { type: 'string' },
  'earlier-until': { type: 'string' },
  remove: { type: 'string' },
} as const;
type Flag = keyof typeof FLAGS;
type Flags = { readonly [F in Flag]?: (typeof FLAGS)[F]['type'] extends 'boolean' ? boolean : string };

interface Call {
  readonly clients: ClientActs;
  readonly switches: SwitchActs;
  readonly id: string;
  readonly members: readonly Member[];
  readonly flags: Flags;
  readonly io: CommandIo;
  readonly by: Operator;
  /** Ms since the epoch. */
  readonly now: number;
}

interface Verb {
  readonly flags: readonly Flag[];
  /** Whether members follow the id. */
  readonly members?: true;
  /** Whether it goes without an id. Default: the id comes after the verb. */
  readonly noId?: true | ((flags: Flags) => boolean);
  run(call: Call): Promise<void>;
}

const VERBS: Readonly<Record<string, Verb>> = {
  list: { flags: [], noId: true, run: list },
  show: { flags: [], run: show },
  add: { flags: ['from'], members: true, noId: ({ from }) => from !== undefined, run: add },
  edit: { flags: ['version', 'until'], members: true, run: edit },
  disable: { flags: ['connector', 'reason'], noId: ({ connector }) => connector !== undefined, run: disable },
  enable: { flags: ['connector'], noId: ({ connector }) => connector !== undefined, run: enable },
  remove: { flags: ['version'], run: remove },
  secret: { flags: ['earlier-until', 'remove'], run: secret },
};

export const clients: Command = {
  name: 'clients',
  synopsis: 'clients list|show|add|edit|disable|enable|remove|secret [ID] [MEMBER=VALUE …] [--json] [--config FILE]',
  summary:
    'shows the clients of the file and of the store, and registers, changes, disables and removes those of the store while the server runs (disable and enable: also those of the file, and --connector ID)',
  async run([name = '', ...args], io) {
    const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
    if (verb === undefined)
      throw new UsageError(
        `say one of ${Object.keys(VERBS)
          .map((each) => `\`clients ${each}\``)
          .join(', ')}`,
      );
    const { flags, words } = parsed(args, ['config', 'json', ...verb.flags]);
    // `add --from` may have the id in its file.
    const isWithout = words[0] === undefined || words[0].includes('=');
    const noId = typeof verb.noId === 'function' ? isWithout && verb.noId(flags) : verb.noId === true;
    const [id, ...rest] = noId ? ['', ...words] : words;
    if (id === undefined) throw new UsageError(`say \`clients ${name} ID\``);
    if (verb.members === undefined && rest.length > 0) throw new UsageError(`"${rest[0]}" is not expected here`);
    const { config } = await configOf(flags.config, io.folder);
    const settings = resolveConfig(config);
    const members = readMembers(rest);
    await asOperator(settings, ({ operator: { clients: acts, switches }, by, now }) =>
      verb.run({ clients: acts, switches, id, members, flags, io, by, now }),
    );
  },
};

async function list({ clients: acts, switches, flags, io }: Call): Promise<void> {
  const [all, off] = [await acts.list(), await switches.list()];
  const connectors = off.filter(({ what }) => what === 'connector');
  if (flags.json === true) {
    for (const each of all) io.out(JSON.stringify(each));
    return;
  }
  printTable(
    io,
    ['ID', 'NAME', 'FROM', 'STATE', 'VERSION', 'SECRETS', 'CHANGED'],
    all.map((each) => [
      each.client_id,
      String(each.client['client_name']),
      each.source === 'file' ? 'the file' : 'the store',
      stateOf(each),
      each.version === null ? '' : String(each.version),
      each.source === 'file' ? '' : String(each.secrets.length),
      each.changed_at === null ? '' : new Date(each.changed_at).toISOString(),
    ]),
  );
  for (const { id, at, by, reason } of connectors)
    io.out(printable(`connector ${id} is disabled since ${new Date(at).toISOString()}, by ${by}${because(reason)}`));
}

async function show({ clients: acts, id, flags, io }: Call): Promise<void> {
  tell(await acts.show(id), flags, io);
}

async function add({ clients: acts, id, members, flags, io, by }: Call): Promise<void> {
  const written = flags.from === undefined ? {} : await fromFile(flags.from, io.folder);
  const registration = membersAfter({ ...written, ...(id === '' ? {} : { client_id: id }) }, members);
  const { secret: made, ...done } = await acts.create(withoutNull(registration), by);
  if (flags.json === true) return io.out(JSON.stringify({ ...done, secret: made }));
  io.out(
    printable(`${done.client.client_id} is registered, and counts within a second; version ${done.client.version}`),
  );
  tellWarnings(done, io);
  if (made !== null) tellSecret(made, io);
}

async function edit(call: Call): Promise<void> {
  const { clients: acts, id, members, flags, io, by, now } = call;
  const before = await acts.show(id);
  if (before.version === null)
    throw new UsageError('this client is written in the configuration file: change it there');
  if (members.length === 0) throw new UsageError('say what changes, for example `client_name=Shop`');
  const version = flags.version === undefined ? before.version : wholeNumber('version', flags.version);
  const done =
    flags.until === undefined
      ? await acts.change(id, { version, members: changesOf(before.registration ?? {}, members) }, by)
      : await editTemporary(call, version, timeFrom('until', flags.until, now));
  if (flags.json === true) return io.out(JSON.stringify(done));
  for (const { name } of members) {
    const [was, is] = [before, done.client].map((each) =>
      JSON.stringify(each.client[name.split('.')[0] ?? ''] ?? null),
    );
    io.out(printable(`${name}: ${was} → ${is}`));
  }
  io.out(printable(`${id} is version ${done.client.version}, and counts within a second`));
  tellWarnings(done, io);
}

async function editTemporary(
  { clients: acts, id, members, by }: Call,
  version: number,
  until: number,
): Promise<Changed> {
  let done: Changed | null = null;
  for (const { name, how, value } of members) {
    if (how !== 'add') throw new UsageError('--until goes with MEMBER+=VALUE alone');
    const from: number = done?.client.version ?? version;
    const change = { version: from, member: name as 'redirect_uris', value, until };
    done = await acts.changeTemporary(id, change, by);
  }
  if (done === null) throw new UsageError('say which address, for example `redirect_uris+=https://…`');
  return done;
}

async function disable({ switches, id, flags, io, by }: Call): Promise<void> {
  const [what, name] =
    flags.connector === undefined ? (['client', id] as const) : (['connector', flags.connector] as const);
  const off = await switches.disable(what, name, flags.reason ?? null, by);
  if (flags.json === true) return io.out(JSON.stringify(off));
  io.out(printable(`${what} ${name} is disabled: within a second nothing begins with it, and its sign-ins end`));
}

async function enable({ switches, id, flags, io, by }: Call): Promise<void> {
  const [what, name] =
    flags.connector === undefined ? (['client', id] as const) : (['connector', flags.connector] as const);
  await switches.enable(what, name, by);
  if (flags.json === true) return io.out(JSON.stringify({ what, id: name, enabled: true }));
  io.out(printable(`${what} ${name} is enabled within a second`));
}

async function remove({ clients: acts, id, flags, io, by }: Call): Promise<void> {
  const all = await acts.list();
  const stored = all.find(({ client_id, source }) => client_id === id && source === 'store');
  const version = flags.version === undefined ? (stored?.version ?? 0) : wholeNumber('version', flags.version);
  await acts.remove(id, version, by);
  if (flags.json === true) return io.out(JSON.stringify({ client_id: id, removed: true }));
  io.out(printable(`${id} is removed: within a second nothing of it counts`));
}

async function secret({ clients: acts, id, flags, io, by, now }: Call): Promise<void> {
  if (flags.remove !== undefined) {
    const done = await acts.removeSecret(id, wholeNumber('remove', flags.remove), by);
    if (flags.json === true) return io.out(JSON.stringify(done));
    return io.out(printable(`${id}: secret ${flags.remove} counts no more within a second`));
  }
  const given = flags['earlier-until'];
  const until = given === undefined ? null : timeFrom('earlier-until', given, now);
  const done = await acts.addSecret(id, until, by);
  if (flags.json === true) return io.out(JSON.stringify(done));
  tellSecret(done.secret ?? '', io);
  for (const { n, added_at, until: end } of done.client.secrets)
    io.out(
      `secret ${n}: added ${new Date(added_at).toISOString()}, counts ${end === null ? 'until it is removed' : `until ${new Date(end).toISOString()}`}`,
    );
}

function tell(client: ShownClient, flags: Flags, io: CommandIo): void {
  if (flags.json === true) return io.out(JSON.stringify(client));
  const { source, version, created_at, changed_at } = client;
  const when = (at: number | null): string => (at === null ? '' : new Date(at).toISOString());
  const facts: [string, string][] = [
    ['from', source === 'file' ? 'the configuration file' : `the store, version ${version}`],
    ['state', stateOf(client)],
    ...(source === 'store'
      ? ([
          ['created', when(created_at)],
          ['changed', when(changed_at)],
        ] as [string, string][])
      : []),
    ...client.secrets.map(({ n, added_at, until }): [string, string] => [
      `secret ${n}`,
      `added ${when(added_at)}${until === null ? '' : `, until ${when(until)}`}`,
    ]),
    ...client.temporary.map(({ member, value, until }): [string, string] => [member, `${value} until ${when(until)}`]),
    ...Object.entries(client.client).map(([name, value]): [string, string] => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  ];
  printTable(io, ['MEMBER', 'VALUE'], facts);
}

function tellSecret(made: string, io: CommandIo): void {
  io.out(`client_secret: ${made}`);
  io.out('this is shown once: only a hash of it is stored');
}

function tellWarnings({ warnings }: Changed, io: CommandIo): void {
  for (const { path, message } of warnings) io.out(printable(`warning: ${path}: ${message}`));
}

function stateOf({ disabled, hidden }: ShownClient): string {
  if (disabled !== null)
    return `disabled since ${new Date(disabled.at).toISOString()} by ${disabled.by}${because(disabled.reason)}`;
  return hidden ? 'not served: the file has the id too' : 'on';
}

function because(reason: string | null): string {
  return reason === null ? '' : `: ${reason}`;
}

function changesOf(registration: Readonly<Record<string, unknown>>, members: readonly Member[]): Members {
  const after = membersAfter(registration, members);
  const names = new Set(members.map(({ name }) => name.split('.')[0] ?? name));
  return Object.fromEntries([...names].map((name) => [name, after[name] ?? null]));
}

function withoutNull(members: Members): Members {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}

async function fromFile(name: string, folder: string): Promise<Members> {
  const text = await readFile(name === '-' ? '/dev/stdin' : resolve(folder, name), 'utf8').catch(() => {
    throw new UsageError(`--from: ${name} cannot be read`);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(`--from: ${name} is no JSON`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UsageError(`--from: ${name} must have one client, { "client_id": … }`);
  return value as Members;
}

function wholeNumber(flag: string, value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new UsageError(`--${flag} must be a number`);
  return Number(value);
}

function parsed(
  args: readonly string[],
  known: readonly Flag[],
): { readonly flags: Flags; readonly words: readonly string[] } {
  const options = Object.fromEntries(known.map((flag) => [flag, FLAGS[flag]]));
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
    return { flags: values, words: positionals };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(message.split('. ')[0] ?? message);
  }
}
