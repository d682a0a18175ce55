import { createRequire } from 'node:module';
import type { NewEvent } from '../audit/index.ts';
import type { Settings } from '../config/index.ts';
import type { Secrets } from '../secrets/index.ts';
import { fixedHashes, liveOf } from './reload.ts';

const { version } = createRequire(import.meta.url)('@beckon/session-server/package.json') as {
  readonly version: string;
};

/** What the audit trail hears of a server that starts, or reads its configuration anew. No secret is in it. */
export function configurationEvent(
  type: 'server.started' | 'server.reloaded',
  settings: Settings,
  { fingerprint }: Pick<Secrets, 'fingerprint'>,
): NewEvent {
  return {
    type,
    data: {
      version,
      issuer: new URL(settings.issuer).host,
      clients: settings.clients.length,
      connectors: settings.connectors.length,
      // Keyed, because what it is of has secrets. Connectors' own options are not compared: they may be functions.
      configuration: fingerprint(JSON.stringify([fixedHashes(settings), liveOf(settings)])).slice(0, 12),
    },
  };
}
