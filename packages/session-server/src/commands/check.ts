import { notesOf, resolveConfig, secretsFileWarnings, warningsOf } from '../config/index.ts';
import { inspectClients } from '../server/index.ts';
import type { Command } from './command.ts';
import { configOf } from './config-flag.ts';
import { readFlags } from './flags.ts';

type Inspected = Awaited<ReturnType<typeof inspectClients>>[number];

export const check: Command = {
  name: 'check',
  synopsis: 'check [--config FILE]',
  summary: 'checks a configuration, reports every mistake in it, and says how each client is guarded',
  async run(args, io) {
    const flags = readFlags(args, ['config']);
    const { path, config } = await configOf(flags.config, io.folder);
    const settings = resolveConfig(config);
    io.out(
      `${path} is good: ${settings.issuer}, ${settings.clients.length} client(s), ${settings.connectors.length} connector(s)`,
    );
    for (const warning of [...(await secretsFileWarnings(path)), ...warningsOf(settings)])
      io.out(`warning: ${warning.path}: ${warning.message}`);
    for (const note of notesOf(settings)) io.out(`note: ${note.path}: ${note.message}`);
    for (const client of await inspectClients(settings)) io.out(guardsLine(client));
  },
};

/** `shop: across devices, the number with wallet; only the provider's own consent with pasby`. */
function guardsLine({ client_id, guards }: Inspected): string {
  const parts = SAYS.flatMap(([guard, says]) => {
    const connectors = guards.filter((each) => each.guard === guard).map(({ connector }) => connector);
    return connectors.length === 0 ? [] : [`${says} ${connectors.join(', ')}`];
  });
  return `${client_id}: across devices, ${parts.length === 0 ? 'no connector' : parts.join('; ')}`;
}

const SAYS: readonly (readonly [Inspected['guards'][number]['guard'], string])[] = [
  ['number', 'the number with'],
  ['consent', "only the identity app's own consent with"],
  ['withheld', 'not offered, because it cannot do what this client requires:'],
];
