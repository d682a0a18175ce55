import { isEnd } from '@beckon/protocol';
import type { Session } from '../session/index.ts';
import { collectionOf } from '../store/collection.ts';
import type { Store } from '../store/store.ts';
import { BOUNDS_MS, FUNNEL, FUNNEL_STEPS, type FunnelCounts, type FunnelStep } from './kinds.ts';

/** How long the counts of an hour are kept, in ms. */
const KEPT_MS = 8 * 86_400_000;
const HOUR_MS = 3_600_000;
/** Hours that wait to be stored, where the store fails: what is older is lost. */
const WAITING = 24;

/** What one process counts of the sign-ins that it serves. */
export interface Funnel {
  /** A session began, or changed. @param now by the store's clock */
  changed(before: Session | null, after: Session, now: number): void;
  /** Stores what was counted since the last time. A process that is killed loses what it counted since. */
  store(): Promise<void>;
}

export interface FunnelOptions {
  readonly store: Store;
  /** Names this process among all that ever ran. */
  readonly process_id: string;
}

interface Counting {
  readonly steps: Record<FunnelStep, number>;
  readonly times: Record<'scanned' | 'approved' | 'signed_in', number[]>;
}

export function createFunnel({ store, process_id }: FunnelOptions): Funnel {
  const rows = collectionOf(store, FUNNEL);
  /** By hour, then by connector. All of the hour, and not only what is new. */
  const hours = new Map<number, { readonly connectors: Map<string, Counting>; isStored: boolean }>();

  const countingOf = (hour: number, connector: string): Counting => {
    const known = hours.get(hour) ?? { connectors: new Map<string, Counting>(), isStored: false };
    hours.set(hour, known);
    known.isStored = false;
    const counting = known.connectors.get(connector) ?? nothing();
    known.connectors.set(connector, counting);
    return counting;
  };
  const storeHour = async (hour: number): Promise<void> => {
    const counted = hours.get(hour);
    if (counted === undefined || counted.isStored) return;
    counted.isStored = true;
    try {
      const connectors: Record<string, FunnelCounts> = structuredClone(Object.fromEntries(counted.connectors));
      await rows.update(`funnel.${hour}.${process_id}`, () => ({
        value: { hour, connectors },
        expires_at: hour + KEPT_MS,
      }));
    } catch (error) {
      counted.isStored = false;
      throw error;
    }
  };

  return {
    changed(before, after, now) {
      const step = stepOf(before, after);
      const connector = after.choice?.connector;
      if (step === null || connector === undefined) return;
      const { steps, times } = countingOf(now - (now % HOUR_MS), connector);
      steps[step] += 1;
      const took = tookOf(step, after);
      if (took !== null && (step === 'scanned' || step === 'approved' || step === 'signed_in')) {
        const bucket = BOUNDS_MS.findIndex((bound) => took <= bound);
        const at = bucket === -1 ? BOUNDS_MS.length : bucket;
        times[step][at] = (times[step][at] ?? 0) + 1;
      }
    },
    async store() {
      const known = [...hours.keys()].toSorted((a, b) => a - b);
      for (const hour of known.slice(0, -WAITING)) hours.delete(hour);
      for (const hour of known) await storeHour(hour);
      // The hour that runs is counted on.
      for (const hour of known.slice(0, -1)) if (hours.get(hour)?.isStored === true) hours.delete(hour);
    },
  };
}

/** Null for what is no step of the funnel. Another app is another code that is shown. */
function stepOf(before: Session | null, after: Session): FunnelStep | null {
  const { status } = after;
  if (status === 'initialized') {
    return after.choice !== null && before?.choice?.connector !== after.choice.connector ? 'shown' : null;
  }
  if (before?.status === status) return null;
  if (status === 'retrieved') return 'scanned';
  if (status === 'confirmed') return 'approved';
  return isEnd(status) ? (status === 'completed' ? 'signed_in' : status) : null;
}

/** How long the status before it lasted, in ms. */
function tookOf(step: FunnelStep, { story }: Session): number | null {
  if (story === undefined) return null;
  if (step === 'scanned') return story.spent.initialized;
  if (step === 'approved') return story.spent.retrieved;
  return step === 'signed_in' ? story.spent.confirmed : null;
}

function nothing(): Counting {
  const none = (): number[] => BOUNDS_MS.map(() => 0).concat(0);
  return {
    steps: Object.fromEntries(FUNNEL_STEPS.map((step) => [step, 0])) as Record<FunnelStep, number>,
    times: { scanned: none(), approved: none(), signed_in: none() },
  };
}
