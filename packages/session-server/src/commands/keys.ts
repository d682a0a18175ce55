import { resolveConfig } from '../config/index.ts';
import { ALGORITHMS, type Algorithm, type Keys, type SigningKeyInfo } from '../keys/index.ts';
import { openKeys } from '../server/index.ts';
import { type Command, type CommandIo, UsageError } from './command.ts';
import { configOf } from './config-flag.ts';
import { readFlags } from './flags.ts';

const VERBS = ['list', 'rotate', 'rollback'] as const;
const NAMES = ALGORITHMS.join(', ');

export const keys: Command = {
  name: 'keys',
  synopsis: 'keys list|rotate|rollback [--alg ALG] [--now] [--config FILE]',
  summary: `lists the signing keys and earlier secrets, publishes new keys that sign in ten minutes (with --now in five seconds), or goes back to the keys before (of all algorithms that have one, unless --alg names one of ${NAMES})`,
  async run([given, ...args], io) {
    const verb = VERBS.find((known) => known === given);
    if (verb === undefined) throw new UsageError('say `keys list`, `keys rotate` or `keys rollback`');
    const isNow = verb === 'rotate' && args.includes('--now');
    const flags = readFlags(
      isNow ? args.toSpliced(args.indexOf('--now'), 1) : args,
      verb === 'list' ? ['config'] : ['config', 'alg'],
    );
    const alg = ALGORITHMS.find((known) => known === flags.alg);
    if (flags.alg !== undefined && alg === undefined) throw new UsageError(`--alg must be one of ${NAMES}`);
    const { config } = await configOf(flags.config, io.folder);
    const opened = await openKeys(resolveConfig(config));
    try {
      if (verb === 'list') {
        for (const key of await opened.keys.list()) io.out(JSON.stringify(key));
        for (const { place, state, until } of await opened.secrets()) {
          io.out(JSON.stringify({ secret: place, can_be_dropped: state === 'unused', needed_until: until }));
        }
        return;
      }
      const present = new Set((await opened.keys.list()).map((key) => key.alg));
      const wanted = alg === undefined ? ALGORITHMS.filter((known) => present.has(known)) : [alg];
      if (verb === 'rollback') return await rollBack(opened.keys, wanted, io);
      for (const each of wanted) {
        const { kid, signs_from } = await opened.keys.rotate(each, isNow ? 'now' : 'soon');
        const from = new Date(signs_from).toISOString();
        io.out(`${each}: ${kid} is published, and signs from ${from} on; what the key before signed stays verifiable`);
      }
    } finally {
      await opened.close();
    }
  },
};

/** @throws UsageError where no algorithm has an earlier key */
async function rollBack(opened: Keys, algorithms: readonly Algorithm[], io: CommandIo): Promise<void> {
  const back: SigningKeyInfo[] = [];
  for (const alg of algorithms) {
    const key = await opened.rollBack(alg);
    if (key !== null) back.push(key);
    io.out(
      key === null
        ? `${alg}: there is no earlier key that is still published`
        : `${alg}: ${key.kid} signs from now on; the key that it takes the place of stays published for 7 days`,
    );
  }
  if (back.length === 0) throw new UsageError('there is nothing to go back to: `keys list` says which keys there are');
}
