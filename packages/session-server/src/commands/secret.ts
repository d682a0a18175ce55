import { hashSecret, newSecret } from '../secrets/index.ts';
import { type Command, UsageError } from './command.ts';
import { readFlags, takeSwitch } from './flags.ts';

export const secret: Command = {
  name: 'secret',
  synopsis: 'secret [--operator NAME | --webhook]',
  summary:
    "prints a new secret: 32 random bytes, base64url; a subjectSecret that is in use is never replaced. With --operator: a token for the console and the admin API, and its entry for admin.tokens. With --webhook: a secret for a client's webhook",
  async run(args, io) {
    const [isWebhook, rest] = takeSwitch(args, '--webhook');
    const { operator } = readFlags(rest, isWebhook ? [] : ['operator']) as { readonly operator?: string };
    if (isWebhook) return io.out(`whsec_${Buffer.from(io.random(32)).toString('base64')}`);
    const made = newSecret(io.random);
    if (operator === undefined) return io.out(made);
    if (!/^[\w.-]{1,64}$/.test(operator))
      throw new UsageError('--operator must be 1 to 64 of letters, digits, ., _ and -');
    io.out(`token: ${made}`);
    io.out(`entry: { name: '${operator}', hash: '${hashSecret(made)}', scope: 'write' }`);
    io.out('Give the token to the operator, and the entry to admin.tokens of the configuration. Neither is kept here.');
  },
};
