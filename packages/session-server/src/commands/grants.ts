import { resolveConfig } from '../config/index.ts';
import { asOperator, dateOf, limitFlag, personOf, progressLine, upTo } from './as-operator.ts';
import { type Command, type CommandIo, UsageError } from './command.ts';
import { configOf } from './config-flag.ts';
import { readFlags, takeSwitch } from './flags.ts';
import { printTable } from './table.ts';

const STATES = ['active', 'revoked', 'ended'] as const;
const LIMIT = 100;

export const grants: Command = {
  name: 'grants',
  synopsis: 'grants list|revoke [ID] [--client ID] [--json] [--config FILE]',
  summary:
    'lists what people agreed to at websites (by --client, --sub, --connector and --subject, --state, --limit), or ends one grant, or with --client all of a website',
  async run([verb, ...args], io) {
    const [isJson, words] = takeSwitch(args, '--json');
    if (verb === 'list') return list(words, isJson, io);
    if (verb === 'revoke') return revoke(words, isJson, io);
    throw new UsageError('say `grants list`, `grants revoke ID` or `grants revoke --client ID`');
  },
};

async function list(args: readonly string[], isJson: boolean, io: CommandIo): Promise<void> {
  const flags = readFlags(args, ['client', 'sub', 'connector', 'subject', 'state', 'limit', 'config']);
  const state = STATES.find((known) => known === flags.state);
  if (flags.state !== undefined && state === undefined)
    throw new UsageError(`--state must be one of ${STATES.join(', ')}`);
  const filter = { client_id: flags.client, person: personOf(flags), state };
  const limit = limitFlag(flags.limit) ?? LIMIT;
  const { config } = await configOf(flags.config, io.folder);
  await asOperator(resolveConfig(config), async ({ operator }) => {
    const { items, more } = await upTo(limit, (page) => operator.grants.list({ ...filter, ...page }));
    const newestFirst = items.toSorted((a, b) => b.agreed_at - a.agreed_at);
    if (isJson) {
      for (const each of newestFirst) io.out(JSON.stringify(each));
      return;
    }
    printTable(
      io,
      ['agreed', 'grant', 'client', 'sub', 'state', 'over', 'scope'],
      newestFirst.map(({ agreed_at, grant_id, client_id, sub, state: is, expires_at, scope }) => [
        dateOf(agreed_at),
        grant_id,
        client_id,
        sub,
        is,
        dateOf(expires_at),
        scope,
      ]),
    );
    if (more) io.out(`There are more than ${limit}: narrow the list down, or give --limit.`);
  });
}

async function revoke(args: readonly string[], isJson: boolean, io: CommandIo): Promise<void> {
  const [first] = args;
  const id = first === undefined || first.startsWith('--') ? undefined : first;
  const flags = readFlags(id === undefined ? args : args.slice(1), ['client', 'config']);
  if ((id === undefined) === (flags.client === undefined))
    throw new UsageError('say `grants revoke ID`, or `grants revoke --client ID` for all of a website');
  const { config } = await configOf(flags.config, io.folder);
  await asOperator(resolveConfig(config), async ({ operator, by }) => {
    if (id !== undefined) {
      const ended = await operator.grants.revoke(by, id);
      const line = ended.grant
        ? 'ended: the grant and all of its tokens'
        : 'it had ended before: nothing is left to end';
      io.out(isJson ? JSON.stringify(ended) : line);
      return;
    }
    const told = await operator.grants.revokeClient(by, flags.client ?? '');
    io.out(isJson ? JSON.stringify(told) : progressLine(told, 'ended'));
  });
}
