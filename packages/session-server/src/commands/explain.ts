import { resolveConfig } from '../config/index.ts';
import { isInMemory, searchStory } from '../server/index.ts';
import { type Command, UsageError } from './command.ts';
import { configOf } from './config-flag.ts';
import { readFlags } from './flags.ts';
import { printable } from './table.ts';
import { tell } from '../operator/index.ts';

export const explain: Command = {
  name: 'explain',
  synopsis: 'explain ID [--config FILE]',
  summary: 'tells why a sign-in failed, by the id on an error card or page, a session id, or the session of a log line',
  async run([id, ...args], io) {
    // A hash may begin with a dash.
    if (id === undefined || id.startsWith('--')) throw new UsageError('say `explain ID`: the id comes first');
    const flags = readFlags(args, ['config']);
    const { config } = await configOf(flags.config, io.folder);
    const settings = resolveConfig(config);
    if (isInMemory(settings))
      throw new UsageError('the store is in memory, where no other process sees it: search the log for the id');
    const { found, more } = await searchStory(settings, id);
    // An id comes from a stranger's mail, and a detail perhaps from another package's connector.
    for (const line of tell(id, found, more)) io.out(printable(line));
  },
};
