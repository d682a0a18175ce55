import { createRecording } from '../audit/index.ts';
import { directoryOf } from '../clients/index.ts';
import { type BeckonConfig, resolveConfig, type Settings } from '../config/index.ts';
import { systemTimers } from '../jobs/index.ts';
import { createOperator, type OperatorActs } from '../operator/index.ts';
import { composeServer } from '../server/compose.ts';
import { newId } from '../server/ids.ts';
import { openStore, registrationOf, secretsOf } from '../server/open.ts';
import type { Store } from '../store/store.ts';
import { exampleConfig, type Harness, startHarness, WIDGET } from './harness.ts';

/** Two servers on one file, and an operator beside them at a store of their own, as in a third process. */
export interface TwoServers {
  readonly harness: Harness;
  readonly config: BeckonConfig;
  readonly settings: Settings;
  readonly servers: readonly [string, string];
  readonly operator: OperatorActs;
  /** What the second server logged so far. */
  readonly otherLog: readonly string[];
  close(): Promise<void>;
}

/** @param storeOver stands between each of the three and its store. Default: nothing does */
export async function startTwoServers(
  changes: Partial<BeckonConfig> = {},
  storeOver: (store: Store) => Store = (store) => store,
): Promise<TwoServers> {
  const { secret, subjectSecret } = exampleConfig();
  const own = { secret, subjectSecret, rateLimitFactor: 1_000, ...changes };
  const harness = await startHarness(own, { storeOver });
  const { now } = harness.clock;
  const config = { ...exampleConfig(harness.wallet.issuer), ...own, store: `sqlite:${harness.file}` };
  const settings = resolveConfig(config);
  const otherLog: string[] = [];
  const other = await composeServer(settings, {
    widget: WIDGET,
    log: (line) => otherLog.push(line),
    now,
    patience_ms: 0,
    collectWait_ms: 0,
    storeOver,
  });
  const secrets = secretsOf(settings);
  const store = await openStore(settings, secrets, now);
  const operator = createOperator({
    store: storeOver(store),
    secrets,
    clients: directoryOf(settings.clients, { now, resolve: () => settings.clients[0]! }),
    lifetimes: settings.lifetimes,
    recording: createRecording({ newId, retention_ms: 86_400_000 }),
    audit_retention_ms: 86_400_000,
    bus: null,
    registration: registrationOf(settings, () => settings.clients, now),
    timers: systemTimers,
    newId,
  });
  return {
    harness,
    config,
    settings,
    servers: [harness.url, await other.listen(0)],
    operator,
    otherLog,
    async close() {
      await store.close();
      await other.close();
      await harness.close();
    },
  };
}
