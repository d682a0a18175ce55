import { check } from './check.ts';
import type { Command } from './command.ts';
import { explain } from './explain.ts';
import { init } from './init.ts';
import { keys } from './keys.ts';
import { secret } from './secret.ts';
import { start } from './start.ts';

export const COMMANDS: readonly Command[] = [start, init, check, explain, secret, keys];

export function usage(): string {
  const width = Math.max(...COMMANDS.map(({ synopsis }) => synopsis.length));
  const lines = COMMANDS.map(({ synopsis, summary }) => `  ${synopsis.padEnd(width)}  ${summary}`);
  return ['usage: beckon-server COMMAND', '', ...lines].join('\n');
}
