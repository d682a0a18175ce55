/** A flow over a real store and a clock that stands still, for the tests of flow. Not published. */
import { randomBytes, randomInt } from 'node:crypto';
import type { SessionHandle, Snapshot, Status } from '@beckon/protocol';
import { createInProcessBus } from '../bus/index.ts';
import type { Connector } from '../connectors/connector.ts';
import { createFlow, type SessionCredentials } from '../flow/index.ts';
import { createJobs, type Jobs, systemTimers, type Timers } from '../jobs/index.ts';
import { createSecrets, type Secrets } from '../secrets/index.ts';
import type { AuthorizationRequest, Client, Device } from '../session/index.ts';
import { openSqliteStore } from '../store/index.ts';
import type { Store } from '../store/store.ts';
import { EXAMPLE_BROWSER, EXAMPLE_LIFETIMES, exampleSession } from '../testing/example-session.ts';
import { type FakeClock, createFakeClock } from '../testing/fake-clock.ts';
import { exampleClient } from './example-client.ts';
import { exampleUpstreamTokens } from './example-upstream-tokens.ts';
import { exampleRecording } from './example-recording.ts';
import { type WholeFlow, wholeFlow } from './whole-flow.ts';

export const WORLD_ISSUER = 'https://id.example.com';

export interface FlowNode {
  readonly flow: WholeFlow;
  /** What the server's own loop does; run it by hand. */
  readonly loop: Jobs;
}

export interface FlowWorld extends FlowNode {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly client: Client;
  readonly clock: FakeClock;
  /** What flow told the log, on every node. */
  readonly failures: readonly unknown[];
  /** One more server on the same store; `over` may stand between it and the store. */
  node(over?: (store: Store) => Store, timers?: Pick<Timers, 'sleep'>): FlowNode;
  /** A session as the browser begins it. */
  create(request?: Partial<AuthorizationRequest>, browser?: Device): Promise<SessionHandle>;
  /** Resolves once the session has that status; runs the loop meanwhile on no node. */
  until(credentials: SessionCredentials, status: Status): Promise<Snapshot>;
}

export function flowWorld(
  connectors: readonly Connector[],
  policy: Client['cross_device'] = {
    verification: 'none',
    network: 'allow',
    scope: null,
    confirm_person: false,
    direct: true,
  },
  {
    patience_ms = 0,
    sleep = systemTimers.sleep,
    upstream_tokens = false,
    off = new Set(),
  }: {
    readonly patience_ms?: number;
    readonly sleep?: Timers['sleep'];
    readonly upstream_tokens?: boolean;
    /** Ids of clients and connectors that are switched off; a test may change it. */
    readonly off?: ReadonlySet<string>;
  } = {},
): FlowWorld {
  const clock = createFakeClock(1_700_000_000_000);
  const secret = (): string => randomBytes(32).toString('base64url');
  const secrets = createSecrets({ secret: [secret()], subject_secret: secret(), random: randomBytes });
  const store = openSqliteStore({ path: ':memory:', sealer: secrets, now: clock.now, wait: () => Promise.resolve() });
  const failures: unknown[] = [];
  const flows: WholeFlow[] = [];
  const client = exampleClient({ connectors: connectors.map(({ id }) => id), cross_device: policy, upstream_tokens });
  const node: FlowWorld['node'] = (over = (same) => same, timers = { sleep }) => {
    const seen = over(store);
    const ports = createFlow({
      settings: {
        issuer: WORLD_ISSUER,
        qrBaseUrl: `${WORLD_ISSUER}/Q/`,
        lifetimes: { ...EXAMPLE_LIFETIMES, request_uri_ms: 600_000, frame_ms: 2000 },
      },
      store: seen,
      clients: {
        find: (id) => Promise.resolve(id === client.client_id ? client : null),
        registered: (id) => Promise.resolve(id === client.client_id ? client : null),
        knowsOrigin: () => Promise.resolve(true),
      },
      switches: { isClientDisabled: (id) => off.has(id), isConnectorDisabled: (id) => off.has(id) },
      connectors: new Map(connectors.map((connector) => [connector.id, connector])),
      upstreamTokens: exampleUpstreamTokens(seen, connectors),
      secrets,
      recording: exampleRecording(),
      newId: () => randomBytes(13).toString('hex').toUpperCase(),
      randomBytes,
      randomInt: (below) => randomInt(below),
      // Nodes are processes: none hears of another's changes.
      bus: createInProcessBus(),
      timers,
      elapsed: clock.now,
      patience_ms,
      onFailure: (_session_id, _connector, error) => failures.push(error),
    });
    const flow = wholeFlow(ports);
    flows.push(flow);
    const { workers } = ports;
    const loop = createJobs({ store: seen, timers: systemTimers, workers, failed: (error) => failures.push(error) });
    return { flow, loop };
  };
  const first = node();
  return {
    ...first,
    store,
    secrets,
    client,
    clock,
    failures,
    node,
    async create(request = {}, browser = EXAMPLE_BROWSER) {
      const asked = { ...exampleSession(0).request, client_authenticated: true, ...request };
      const { request_uri } = await first.flow.push(asked);
      return first.flow.create(client, request_uri, browser);
    },
    async until(credentials, status) {
      for (;;) {
        const stops: (() => void)[] = [];
        const changed = new Promise<void>((resolve) => {
          for (const flow of flows) stops.push(flow.subscribe(credentials.session_id, () => resolve()));
        });
        const snapshot = await first.flow.snapshot(credentials);
        if (snapshot.status !== status) await changed;
        for (const stop of stops) stop();
        if (snapshot.status === status) return snapshot;
      }
    },
  };
}
