import { resolveConfig } from '../config/index.ts';
import { ALGORITHMS } from '../keys/index.ts';
import { openKeys } from '../server/index.ts';
import { type Command, UsageError } from './command.ts';
import { configOf } from './config-flag.ts';
import { readFlags } from './flags.ts';

export const keys: Command = {
  name: 'keys',
  synopsis: 'keys list|rotate [--alg ALG] [--config FILE]',
  summary: `lists the signing keys and earlier secrets, or begins to sign with new ones (of all algorithms that have one, unless --alg names one of ${ALGORITHMS.join(', ')})`,
  async run([verb, ...args], io) {
    if (verb !== 'list' && verb !== 'rotate') throw new UsageError('say `keys list` or `keys rotate`');
    const flags = readFlags(args, verb === 'rotate' ? ['config', 'alg'] : ['config']);
    const alg = ALGORITHMS.find((known) => known === flags.alg);
    if (flags.alg !== undefined && alg === undefined)
      throw new UsageError(`--alg must be one of ${ALGORITHMS.join(', ')}`);
    const { config } = await configOf(flags.config, io.folder);
    const opened = await openKeys(resolveConfig(config));
    try {
      if (verb === 'rotate') {
        const present = new Set((await opened.keys.list()).map((key) => key.alg));
        for (const each of alg === undefined ? ALGORITHMS.filter((known) => present.has(known)) : [alg]) {
          const { kid } = await opened.keys.rotate(each);
          io.out(`${each} now signs with ${kid}; what the old key signed stays verifiable`);
        }
        return;
      }
      for (const key of await opened.keys.list()) io.out(JSON.stringify(key));
      for (const { place, state, until } of await opened.secrets()) {
        io.out(JSON.stringify({ secret: place, can_be_dropped: state === 'unused', needed_until: until }));
      }
    } finally {
      await opened.close();
    }
  },
};
