import { resolveConfig } from '../config/index.ts';
import { asOperator, dateOf, limitFlag, upTo } from './as-operator.ts';
import { type Command, UsageError } from './command.ts';
import { configOf } from './config-flag.ts';
import { readFlags, takeSwitch } from './flags.ts';
import { printTable } from './table.ts';

const STATES = ['waiting', 'dead'] as const;
const LIMIT = 100;

export const webhooks: Command = {
  name: 'webhooks',
  synopsis: 'webhooks list|redeliver [ID] [--json] [--config FILE]',
  summary:
    'lists the news that websites have not taken yet (by --client, --state, --limit), or sends one again; what is dead is sent no more by itself',
  async run([verb, ...args], io) {
    const [isJson, words] = takeSwitch(args, '--json');
    if (verb === 'redeliver') {
      const [id, ...rest] = words;
      if (id === undefined || id.startsWith('--')) throw new UsageError('say `webhooks redeliver ID`');
      const { config } = await configOf(readFlags(rest, ['config']).config, io.folder);
      await asOperator(resolveConfig(config), async ({ operator, by }) => {
        const sent = await operator.webhooks.redeliver(by, id);
        io.out(isJson ? JSON.stringify(sent) : `${sent.type} is sent to ${sent.client_id} again`);
      });
      return;
    }
    if (verb !== 'list') throw new UsageError('say `webhooks list` or `webhooks redeliver ID`');
    const flags = readFlags(words, ['client', 'state', 'limit', 'config']);
    const state = STATES.find((known) => known === flags.state);
    if (flags.state !== undefined && state === undefined)
      throw new UsageError(`--state must be one of ${STATES.join(', ')}`);
    const limit = limitFlag(flags.limit) ?? LIMIT;
    const { config } = await configOf(flags.config, io.folder);
    await asOperator(resolveConfig(config), async ({ operator }) => {
      const filter = { client_id: flags.client, state };
      const { items, more } = await upTo(limit, (page) => operator.webhooks.list({ ...filter, ...page }));
      const newestFirst = items.toSorted((a, b) => b.happened_at - a.happened_at);
      if (isJson) {
        for (const each of newestFirst) io.out(JSON.stringify(each));
        return;
      }
      printTable(
        io,
        ['happened', 'client', 'news', 'state', 'attempts', 'reason', 'next', 'delivery'],
        newestFirst.map((each) => [
          dateOf(each.happened_at),
          each.client_id,
          each.type,
          each.state,
          String(each.attempts),
          each.reason ?? '-',
          each.next_at === null ? '-' : dateOf(each.next_at),
          each.delivery_id,
        ]),
      );
      if (more) io.out(`There are more than ${limit}: narrow the list down, or give --limit.`);
    });
  },
};
