/** A client that is registered while the server runs: held against the same schema and checks as one of the file. */
import type { Client } from '../session/index.ts';
import type { ClientConfig } from './beckon-config.ts';
import { ConfigError, type ConfigIssue } from './config-error.ts';
import { clientMistakes } from './cross-checks.ts';
import { textOf } from './place.ts';
import { clientOf, type Settings } from './resolve.ts';
import { parseClient } from './schema.ts';
import { type ConfigWarning, warningsOf } from './warnings.ts';

/** A client's members as they are written, without its secret: that is made for it. */
export type Registration = Readonly<Record<string, unknown>>;

/** What of the server a client is held against. */
export interface RegistrationContext {
  readonly connectors: Settings['connectors'];
  readonly trustedProxies: readonly string[];
}

/** Stands for a secret that was made by us and is kept as a hash alone. */
const MADE_HERE = 'vVHAxKkGRIWQbP1EXAMPLEzLmd7o4sCuT2nYJ9-f';

/**
 * Every mistake in a registration, in the words of `check`; paths are relative to the client.
 * @param hasSecret whether it authenticates: its secrets are no part of the registration
 */
export function registrationIssues(
  registration: Registration,
  hasSecret: boolean,
  { connectors }: Pick<RegistrationContext, 'connectors'>,
): readonly ConfigIssue[] {
  if ('client_secret' in registration) return [{ path: 'client_secret', message: 'is made here: leave it out' }];
  const written = hasSecret ? { ...registration, client_secret: MADE_HERE } : registration;
  const parsed = parseClient(written);
  const ids = connectors.map(({ id }) => id);
  return [
    ...(parsed.ok ? [] : parsed.mistakes.map(({ path, message }) => ({ path: textOf(path), message }))),
    // It reads whatever was written.
    ...clientMistakes(written as unknown as ClientConfig, ids).map(([path, message]) => ({ path, message })),
  ];
}

/**
 * The client of a registration, with every default. What it says beside its shape was checked when it was written; a
 * connector that is configured no more is offered no more.
 * @throws ConfigError where this release does not take its shape
 */
export function clientOfRegistration(
  registration: Registration,
  hashes: readonly string[],
  { connectors }: Pick<RegistrationContext, 'connectors'>,
): Client {
  const parsed = parseClient(registration);
  if (!parsed.ok) throw new ConfigError(parsed.mistakes.map(({ path, message }) => ({ path: textOf(path), message })));
  const ids = connectors.map(({ id }) => id);
  return clientOf(parsed.value, ids, hashes);
}

/** What deserves a word though it is allowed; paths are relative to the client. */
export function registrationWarnings(client: Client, context: RegistrationContext): readonly ConfigWarning[] {
  return warningsOf({ ...context, clients: [client], subjectSecretWeakness: null }).map(({ path, message }) => ({
    path: path.replace('clients[0].', ''),
    message,
  }));
}
