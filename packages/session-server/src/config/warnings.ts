import type { Settings } from './resolve.ts';

/** A setting that is allowed, and that will not do what its operator hopes for. */
export interface ConfigWarning {
  /** `clients[0].cross_device.network`. */
  readonly path: string;
  readonly message: string;
}

/** What deserves a word from `check` and at the start of a configuration that is otherwise good. */
export function warningsOf({ clients, trustedProxies }: Settings): readonly ConfigWarning[] {
  if (trustedProxies.length > 0) return [];
  return clients.flatMap(({ cross_device }, i) =>
    cross_device.network === 'require' ? [{ path: `clients[${i}].cross_device.network`, message: NO_PROXY }] : [],
  );
}

const NO_PROXY =
  'is "require", and trustedProxies is empty: behind a proxy every sign-in across devices is refused, because no address is known to be a person\'s; name the proxy in trustedProxies';
