/** How full the store is: what all of its rows take, and what its file system has left; in bytes. */
export interface StoreFill {
  readonly bytes: number;
  /** Null where the store is in memory, or the system does not say. */
  readonly disk: { readonly free: number; readonly total: number } | null;
}

/** Whether the store has room for what strangers make it keep. */
export interface StoreRoom {
  isFull(): Promise<boolean>;
}

export interface StoreRoomOptions {
  readonly fill: () => Promise<StoreFill>;
  /** What the store may take, in bytes. */
  readonly limit_bytes: number;
  /** Ms of a clock that never goes back. */
  readonly elapsed: () => number;
  /** Hears when it becomes full, and when there is room again. For the log. */
  readonly onChange: (full: boolean) => void;
}

/** What is known of the store counts this long, in ms: a flood asks no more often. */
const KNOWN_MS = 2_000;
/** A disk is full with less than this part of it left, */
const DISK_RESERVE = 1 / 20;
/** or less than this, if that is smaller, in bytes: the write-ahead log and everybody else need some. */
const DISK_RESERVE_BYTES = 256 * 2 ** 20;

/** A store that cannot say how full it is cannot be written either: the failure is thrown, and nothing begins. */
export function createStoreRoom({ fill, limit_bytes, elapsed, onChange }: StoreRoomOptions): StoreRoom {
  let known: { readonly full: Promise<boolean>; readonly at: number } | null = null;
  let was = false;

  const look = async (): Promise<boolean> => {
    const { bytes, disk } = await fill();
    const reserve = disk === null ? 0 : Math.min(disk.total * DISK_RESERVE, DISK_RESERVE_BYTES);
    const full = bytes >= limit_bytes || (disk !== null && disk.free < reserve);
    if (full !== was) onChange(full);
    was = full;
    return full;
  };
  return {
    isFull() {
      if (known !== null && elapsed() - known.at < KNOWN_MS) return known.full;
      const entry = { full: look(), at: elapsed() };
      known = entry;
      // A failure is not remembered.
      entry.full.catch(() => {
        if (known === entry) known = null;
      });
      return entry.full;
    },
  };
}
