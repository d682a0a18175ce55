import { newSecret } from '../secrets/index.ts';
import type { Command } from './command.ts';
import { readFlags } from './flags.ts';

export const secret: Command = {
  name: 'secret',
  synopsis: 'secret',
  summary: 'prints a new secret: 32 random bytes, base64url; a subjectSecret that is in use is never replaced',
  async run(args, io) {
    readFlags(args, []);
    io.out(newSecret(io.random));
  },
};
