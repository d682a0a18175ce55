import { STATUSES } from '@beckon/protocol';
import { resolveConfig } from '../config/index.ts';
import { asOperator, dateOf, limitFlag, personOf, timeFlag, upTo } from './as-operator.ts';
import { type Command, type CommandIo, UsageError } from './command.ts';
import { configOf } from './config-flag.ts';
import { readFlags, takeSwitch } from './flags.ts';
import { printable, printTable } from './table.ts';
import { tell } from '../operator/index.ts';
import type { SessionStory } from '../server/index.ts';

const LIMIT = 100;

export const sessions: Command = {
  name: 'sessions',
  synopsis: 'sessions list|show|revoke [ID] [--json] [--config FILE]',
  summary:
    'lists the sign-ins of the last hour (by --client, --connector, --status, --sub, --subject, --after, --limit), tells one whole, or ends one with all that came of it; ID is a session id, or the session of a log line',
  async run([verb, ...args], io) {
    const [isJson, words] = takeSwitch(args, '--json');
    if (verb === 'list') return list(words, isJson, io);
    if (verb !== 'show' && verb !== 'revoke')
      throw new UsageError('say `sessions list`, `sessions show ID` or `sessions revoke ID`');
    const [id, ...rest] = words;
    // A hash may begin with a dash.
    if (id === undefined || id.startsWith('--'))
      throw new UsageError(`say \`sessions ${verb} ID\`: the id comes first`);
    const flags = readFlags(rest, ['config']);
    const { config } = await configOf(flags.config, io.folder);
    await asOperator(resolveConfig(config), async ({ operator, by }) => {
      if (verb === 'show') {
        const story = await operator.sessions.show(id);
        if (isJson) io.out(JSON.stringify(story));
        else for (const line of told(id, story)) io.out(printable(line));
        return;
      }
      const ended = await operator.sessions.revoke(by, id);
      if (isJson) io.out(JSON.stringify(ended));
      else io.out(revokedLine(ended));
    });
  },
};

async function list(args: readonly string[], isJson: boolean, io: CommandIo): Promise<void> {
  const flags = readFlags(args, ['client', 'connector', 'status', 'sub', 'subject', 'after', 'limit', 'config']);
  const status = STATUSES.find((known) => known === flags.status);
  if (flags.status !== undefined && status === undefined)
    throw new UsageError(`--status must be one of ${STATUSES.join(', ')}`);
  const filter = {
    client_id: flags.client,
    connector: flags.connector,
    status,
    person: personOf(flags),
    after: timeFlag('after', flags.after),
  };
  const limit = limitFlag(flags.limit) ?? LIMIT;
  const { config } = await configOf(flags.config, io.folder);
  await asOperator(resolveConfig(config), async ({ operator }) => {
    const { items, more } = await upTo(limit, (page) => operator.sessions.list({ ...filter, ...page }));
    const newestFirst = items.toSorted((a, b) => b.created_at - a.created_at);
    if (isJson) {
      for (const each of newestFirst) io.out(JSON.stringify(each));
      return;
    }
    printTable(
      io,
      ['began', 'session id', 'client', 'app', 'status', 'reason'],
      newestFirst.map(({ created_at, session_id, client_id, connector: app, status: is, reason }) => [
        dateOf(created_at),
        session_id,
        client_id,
        app ?? '-',
        is,
        reason ?? '-',
      ]),
    );
    if (more) io.out(`There are more than ${limit}: narrow the list down, or give --limit.`);
  });
}

function told(id: string, { grant, story, events }: SessionStory): readonly string[] {
  const lines = story === null ? leftOf(id, events) : tell(id, story, false);
  if (grant === null) return lines;
  return [
    ...lines,
    '',
    `Grant ${grant.grant_id}: ${grant.state}`,
    `  website       ${grant.client_id}`,
    `  sub           ${grant.sub}`,
    `  scope         ${grant.scope}`,
    `  agreed        ${dateOf(grant.agreed_at)}`,
    `  over          ${dateOf(grant.expires_at)}${grant.refreshable ? ', unless it is refreshed' : ''}`,
  ];
}

/** Of a sign-in whose own rows are over. */
function leftOf(id: string, events: SessionStory['events']): readonly string[] {
  const lines = events
    .toReversed()
    .map(({ at_ms, type, reason }) => `  ${dateOf(at_ms / 1000)}  ${type}${reason === null ? '' : ` (${reason})`}`);
  return [`Sign-in ${id}: its story is over, which is kept for an hour`, ...lines];
}

function revokedLine({ session, grant }: { readonly session: boolean; readonly grant: boolean }): string {
  if (session) return 'ended: the sign-in, before its website had tokens';
  return grant ? 'ended: the grant and all of its tokens' : 'it had ended before: nothing is left to end';
}
