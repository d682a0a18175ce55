import { STANDARD_SCOPES } from '../session/index.ts';
import { nearestOf } from './new-names.ts';
import type { Settings } from './resolve.ts';

/** A setting that is allowed, and that will not do what its operator hopes for. */
export interface ConfigWarning {
  /** `clients[0].cross_device.network`. */
  readonly path: string;
  readonly message: string;
}

/** What deserves a word from `check` and at the start of a configuration that is otherwise good. */
export function warningsOf(
  settings: Pick<Settings, 'clients' | 'trustedProxies' | 'subjectSecretWeakness' | 'connectors'>,
): readonly ConfigWarning[] {
  const { clients, trustedProxies, subjectSecretWeakness } = settings;
  const networks = clients.flatMap(({ cross_device }, i) =>
    cross_device.network === 'require' && trustedProxies.length === 0
      ? [{ path: `clients[${i}].cross_device.network`, message: NO_PROXY }]
      : [],
  );
  const weak =
    subjectSecretWeakness === null
      ? []
      : [{ path: 'subjectSecret', message: `${subjectSecretWeakness}: ${WEAK_SUBJECT_SECRET}` }];
  return [...weak, ...networks, ...scopeWarnings(settings)];
}

/** What `check` says besides: true of many good configurations, and a surprise where it was not meant. */
export function notesOf({ clients }: Settings): readonly ConfigWarning[] {
  return clients.flatMap(({ allowed_origins, redirect_uris }, i) => {
    if (allowed_origins.length > 0) return [];
    const website = redirect_uris.map((uri) => URL.parse(uri)).find((url) => url?.protocol.startsWith('http'));
    const example = website?.origin ?? 'https://shop.example';
    const message = `is empty, so no page can embed the sign-in, and only a redirect to /authorize works; to embed it write ['${example}']`;
    return [{ path: `clients[${i}].allowed_origins`, message }];
  });
}

/** A scope that gives no claims is mostly a misspelt one; a client of an API of its own may mean it. */
function scopeWarnings({ clients, connectors }: Pick<Settings, 'clients' | 'connectors'>): readonly ConfigWarning[] {
  const known = [...STANDARD_SCOPES, 'offline_access', ...connectors.map(({ id }) => id)];
  const warning = (path: string, token: string): readonly ConfigWarning[] => {
    if (known.includes(token)) return [];
    const near = nearestOf(token, known);
    const advice = token.includes(',')
      ? 'separate scopes by spaces'
      : near === null
        ? `known are ${known.join(', ')}`
        : `did you mean ${near}?`;
    return [
      {
        path,
        message: `has "${token}", a scope that gives no claims, because no connector and no standard knows it: ${advice}`,
      },
    ];
  };
  return clients.flatMap(({ scope, cross_device }, i) => [
    ...scope.flatMap((token) => warning(`clients[${i}].scope`, token)),
    ...(cross_device.scope ?? [])
      .filter((token) => !scope.includes(token))
      .flatMap((token) => warning(`clients[${i}].cross_device.scope`, token)),
  ]);
}

const NO_PROXY =
  'is "require", and trustedProxies is empty: behind a proxy every sign-in across devices is refused, because no address is known to be a person\'s; name the proxy in trustedProxies';

const WEAK_SUBJECT_SECRET =
  'keep it, because every `sub` is derived from it. A stranger who guesses it, and knows the id of a person at the identity app, can compute the `sub`';
