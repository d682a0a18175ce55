/**
 * What `beckon-server` can be told to do, one file each. Owns the commands' words, flags and exit
 * codes. Depends on config and the composition root. Leaves the process itself to `run-cli.ts`.
 */
export { type Command, type CommandIo, FoundWrong, UsageError } from './command.ts';
export { COMMANDS, usage } from './commands.ts';
