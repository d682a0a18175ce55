import { audit } from './audit.ts';
import { check } from './check.ts';
import { clients } from './clients.ts';
import type { Command } from './command.ts';
import { explain } from './explain.ts';
import { grants } from './grants.ts';
import { init } from './init.ts';
import { keys } from './keys.ts';
import { persons } from './persons.ts';
import { secret } from './secret.ts';
import { sessions } from './sessions.ts';
import { start } from './start.ts';
import { webhooks } from './webhooks.ts';

export const COMMANDS: readonly Command[] = [
  start,
  init,
  check,
  explain,
  secret,
  keys,
  clients,
  sessions,
  grants,
  persons,
  webhooks,
  audit,
];

export function usage(): string {
  const width = Math.max(...COMMANDS.map(({ synopsis }) => synopsis.length));
  const lines = COMMANDS.map(({ synopsis, summary }) => `  ${synopsis.padEnd(width)}  ${summary}`);
  return ['usage: beckon-server COMMAND', '', ...lines].join('\n');
}
