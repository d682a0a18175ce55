import { createRecording } from '../audit/index.ts';
import type { LiveDirectory } from '../clients/index.ts';
import type { Settings } from '../config/index.ts';
import { systemTimers } from '../jobs/index.ts';
import { createOperator, type OperatorActs } from '../operator/index.ts';
import type { Secrets } from '../secrets/index.ts';
import type { Client } from '../session/index.ts';
import type { Store } from '../store/store.ts';
import { newId } from './ids.ts';
import { registrationOf } from './open.ts';

/**
 * What an operator reads and does in a process beside those that serve: a command, or the primary process of several.
 * What serves hears of it by rows.
 * @param fileClients those of the file that are in force
 */
export function operatorBeside(
  settings: Settings,
  {
    store,
    secrets,
    clients,
  }: { readonly store: Store; readonly secrets: Secrets; readonly clients: Pick<LiveDirectory, 'registered'> },
  fileClients: () => readonly Client[],
): OperatorActs {
  return createOperator({
    store,
    secrets,
    clients,
    lifetimes: settings.lifetimes,
    recording: createRecording({ newId, retention_ms: settings.audit.retention_ms }),
    audit_retention_ms: settings.audit.retention_ms,
    bus: null,
    registration: registrationOf(settings, fileClients, Date.now),
    timers: systemTimers,
    newId,
  });
}
