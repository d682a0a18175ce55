import { resolveConfig } from '../config/index.ts';
import { brokenLinkText } from '../operator/index.ts';
import { AUDIT_TYPES, type AuditRecord, type VerificationRecord } from '../server/index.ts';
import { asOperator, limitFlag, personOf, timeFlag, upTo } from './as-operator.ts';
import { type Command, type CommandIo, FoundWrong, UsageError } from './command.ts';
import { configOf } from './config-flag.ts';
import { readFlags, takeSwitch } from './flags.ts';
import { printTable } from './table.ts';

const VERBS = ['list', 'verify', 'export'] as const;
const FILTERS = ['request', 'session', 'sub', 'connector', 'subject', 'client', 'type', 'after'] as const;
const LIMIT = 100;

export const audit: Command = {
  name: 'audit',
  synopsis: 'audit list|verify|export [--json] [--config FILE]',
  summary:
    'lists what happened, the newest first (by --request, --session, --sub, --client, --type, --after, --limit), says whether the trail is whole, or prints all of it as JSON lines',
  async run([given, ...args], io) {
    const verb = VERBS.find((known) => known === given);
    if (verb === undefined) throw new UsageError('say `audit list`, `audit verify` or `audit export`');
    const [isJson, words] = takeSwitch(args, '--json');
    if (verb === 'verify') return verify(words, isJson, io);
    const flags = readFlags(words, verb === 'list' ? [...FILTERS, 'limit', 'config'] : [...FILTERS, 'config']);
    const type = AUDIT_TYPES.find((known) => known === flags.type);
    if (flags.type !== undefined && type === undefined)
      throw new UsageError(`--type must be one of ${AUDIT_TYPES.join(', ')}`);
    const filter = {
      request_id: flags.request,
      session: flags.session,
      person: personOf(flags),
      client_id: flags.client,
      type,
      after: timeFlag('after', flags.after),
    };
    const limit = 'limit' in flags ? (limitFlag(flags.limit) ?? LIMIT) : LIMIT;
    const { config } = await configOf(flags.config, io.folder);
    await asOperator(resolveConfig(config), async ({ operator, by }) => {
      if (verb === 'export') {
        for await (const event of operator.audit.export(by, filter)) io.out(JSON.stringify(event));
        return;
      }
      const { items, more } = await upTo(limit, (page) => operator.audit.list({ ...filter, ...page }));
      if (isJson) {
        for (const event of items) io.out(JSON.stringify(event));
        return;
      }
      printTable(io, ['time (UTC)', 'event', 'client', 'app', 'session', 'reason', 'by', 'request'], items.map(rowOf));
      if (more) io.out(`There are more than ${limit}: narrow the list down, or give --limit.`);
    });
  },
};

function rowOf({ at_ms, type, client_id, connector, session, reason, by, request_id }: AuditRecord): readonly string[] {
  const time = new Date(at_ms).toISOString().replace('T', ' ').slice(0, 23);
  return [time, type, client_id ?? '-', connector ?? '-', session ?? '-', reason ?? '-', by ?? '-', request_id ?? '-'];
}

async function verify(args: readonly string[], isJson: boolean, io: CommandIo): Promise<void> {
  const flags = readFlags(args, ['config']);
  const { config } = await configOf(flags.config, io.folder);
  let found = null as VerificationRecord | null;
  await asOperator(resolveConfig(config), async ({ operator }) => {
    found = await operator.audit.verify();
  });
  if (found === null) return;
  if (isJson) io.out(JSON.stringify(found));
  else for (const line of verdict(found)) io.out(line);
  if (!found.is_whole) throw new FoundWrong('the audit trail is not whole');
}

function verdict({ is_whole, broken, batches, events, unsealed }: VerificationRecord): readonly string[] {
  const counted = `${events} events in ${batches} batches`;
  const waiting = unsealed === 0 ? [] : [`${unsealed} ${unsealed === 1 ? 'row waits' : 'rows wait'} to be sealed.`];
  if (is_whole) return [`The audit trail is whole: ${counted}.`, ...waiting];
  return [...broken.map(brokenLinkText), `Read: ${counted}.`, ...waiting];
}
