/** What of a new configuration can come into force while the server runs. */
import type { Settings } from '../config/index.ts';

/** What counts at once; and what is not compared, because it is an object of the operator's own. */
type Live = 'clients' | 'trustedProxies' | 'logger';

/** What a server does not change while it runs: it was given to what is built only once. By the setting's name. */
const FIXED: Readonly<Record<Exclude<keyof Settings, Live> | 'storeLimitMebibytes', (settings: Settings) => unknown>> =
  {
    issuer: ({ issuer }) => issuer,
    qrBaseUrl: ({ qrBaseUrl }) => qrBaseUrl,
    store: ({ store }) => (store.type === 'sqlite' ? store.path : null),
    storeLimitMebibytes: ({ store }) => store.limit_bytes,
    secret: ({ secret }) => secret,
    subjectSecret: ({ subjectSecret }) => subjectSecret,
    lifetimes: ({ lifetimes }) => lifetimes,
    // Their options are functions and values of their own, which cannot be compared.
    connectors: ({ connectors }) => connectors.map(({ id }) => id),
    admin: ({ admin }) => admin,
    rateLimitFactor: ({ rateLimitFactor }) => rateLimitFactor,
    sandboxPhone: ({ sandboxPhone }) => sandboxPhone,
  };

/** The settings whose change needs a restart. */
export function restartNeeded(now: Settings, next: Settings): readonly string[] {
  return Object.entries(FIXED)
    .filter(([, of]) => JSON.stringify(of(now)) !== JSON.stringify(of(next)))
    .map(([name]) => name);
}

export interface ClientChange {
  readonly client_id: string;
  readonly change: 'added' | 'changed' | 'removed';
}

export function clientChanges(now: Settings, next: Settings): readonly ClientChange[] {
  const before = new Map(now.clients.map((client) => [client.client_id, JSON.stringify(client)]));
  const after = new Map(next.clients.map((client) => [client.client_id, JSON.stringify(client)]));
  return [
    ...[...after].flatMap(([client_id, text]): ClientChange[] => {
      const was = before.get(client_id);
      return was === text ? [] : [{ client_id, change: was === undefined ? 'added' : 'changed' }];
    }),
    ...[...before.keys()].flatMap((client_id): ClientChange[] =>
      after.has(client_id) ? [] : [{ client_id, change: 'removed' }],
    ),
  ];
}
