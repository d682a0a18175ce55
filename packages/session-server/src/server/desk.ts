/** Where operators work, put together: beside a server in its process, and in the primary process of several. */
import type { RequestHandler } from 'express';
import { type NewEvent, type Recording, tellAlone } from '../audit/index.ts';
import type { DeskDependencies } from '../admin/index.ts';
import type { Settings } from '../config/index.ts';
import type { Keys } from '../keys/index.ts';
import { systemTimers } from '../jobs/index.ts';
import { type OperatorActs, whyOf } from '../operator/index.ts';
import type { Secrets } from '../secrets/index.ts';
import type { Store } from '../store/store.ts';
import { newId } from './ids.ts';

export interface DeskParts {
  readonly settings: Settings;
  readonly tokens: DeskDependencies['tokens'];
  readonly store: Store;
  readonly secrets: Secrets;
  readonly operator: OperatorActs;
  readonly recording: Recording;
  readonly keys: Pick<Keys, 'list' | 'rotate'>;
  readonly connectors: DeskDependencies['connectors'];
  readonly now: () => number;
  readonly failed: (error: unknown) => void;
}

const MIB = 1_048_576;

/** Loaded with the first request of an operator: a server that none looks at pays nothing for it. */
export async function openDesk(parts: DeskParts): Promise<RequestHandler> {
  const [{ createDesk }, { readFunnel }] = await Promise.all([
    import('../admin/desk.ts'),
    import('../funnel/read-funnel.ts'),
  ]);
  const { settings, store, secrets, operator, recording, keys } = parts;
  const tell = (event: NewEvent): Promise<unknown> => tellAlone(store, recording, newId(), null, event);
  return createDesk({
    issuer: settings.issuer,
    host: settings.admin?.host ?? '',
    tokens: parts.tokens,
    secrets,
    operator,
    keys,
    connectors: parts.connectors,
    funnel: (hours) => readFunnel(store, hours),
    explain: (id) => whyOf({ store, secrets }, id),
    now: parts.now,
    elapsed: systemTimers.elapsed,
    async onRotated({ name, via }, alg, kid) {
      await tell({ type: 'key.rotated', by: name, detail: kid, data: { via, alg } });
    },
    onRefused(request_id, reason, name) {
      tell({ type: 'operator.refused', request_id, reason, by: name }).catch(parts.failed);
    },
    async health() {
      const [usage, known] = await Promise.all([store.usage(), keys.list()]);
      const { bytes, over } = usage;
      const limit = settings.store.limit_bytes;
      const signing = known.filter(({ state }) => state === 'signs').map(({ alg }) => alg);
      return [
        {
          name: 'Store',
          is_well: bytes < limit,
          says: `${Math.ceil(bytes / MIB)} MiB of ${Math.floor(limit / MIB)} MiB`,
        },
        { name: 'Cleaning', is_well: over < 100_000, says: `${over} rows over their time` },
        {
          name: 'Signing keys',
          is_well: signing.length > 0,
          says: signing.length > 0 ? `${signing.join(', ')} sign` : 'no key signs',
        },
      ];
    },
  });
}
