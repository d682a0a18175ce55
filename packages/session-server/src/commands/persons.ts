import { resolveConfig } from '../config/index.ts';
import { type Command, UsageError } from './command.ts';
import { asOperator, personOf, progressLine } from './as-operator.ts';
import { configOf } from './config-flag.ts';
import { readFlags, takeSwitch } from './flags.ts';

const VERBS = ['revoke', 'export', 'erase'] as const;

export const persons: Command = {
  name: 'persons',
  synopsis: 'persons revoke|export|erase --sub SUB [--yes] [--json] [--config FILE]',
  summary:
    'ends what a person agreed to at every website, prints all that is kept of them, or (with --yes) ends it and removes what is kept; without a sub, --connector and --subject say who',
  async run([given, ...args], io) {
    const verb = VERBS.find((known) => known === given);
    if (verb === undefined) throw new UsageError('say `persons revoke`, `persons export` or `persons erase`');
    const [isSure, rest] = takeSwitch(args, '--yes');
    const [isJson, words] = takeSwitch(rest, '--json');
    const flags = readFlags(words, ['sub', 'connector', 'subject', 'config']);
    const person = personOf(flags);
    if (person === undefined) throw new UsageError('say who: --sub SUB, or --connector ID and --subject TEXT');
    if (verb === 'erase' && !isSure)
      throw new UsageError('what is erased cannot be had back: say --yes, perhaps after `persons export`');
    const { config } = await configOf(flags.config, io.folder);
    await asOperator(resolveConfig(config), async ({ operator, by }) => {
      if (verb === 'export') {
        io.out(JSON.stringify(await operator.persons.export(by, person), null, isJson ? undefined : 2));
        return;
      }
      const told = await operator.persons[verb](by, person);
      io.out(isJson ? JSON.stringify(told) : progressLine(told, verb === 'erase' ? 'erased' : 'ended'));
    });
  },
};
