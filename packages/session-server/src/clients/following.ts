import type { Client } from '../session/index.ts';
import type { Timers } from '../jobs/timers-port.ts';
import { type DirectoryOptions, directoryOf, type Found, type LiveDirectory } from './directory.ts';
import type { ClientsChange } from './kinds.ts';
import { type ClientRegistry, createClientRegistry } from './registry.ts';

/** The clients of a process that does one thing and ends, as the store has them now. @throws StoreError */
export async function clientsAtRest(
  store: Parameters<typeof createClientRegistry>[0],
  file: readonly Client[],
  options: DirectoryOptions,
): Promise<LiveDirectory> {
  const directory = directoryOf(file, options);
  directory.take(await everything(createClientRegistry(store)), true);
  return directory;
}

/** The head is looked at after this long, in ms, */
const LOOK_MS = 300;
/** and up to so much later: processes that started together do not ask together. */
const JITTER_MS = 150;

/** Keeps a process's directory as the store has it. */
export interface Following {
  /** Reads all that there is: before the process serves. @throws StoreError */
  begin(): Promise<void>;
  /** One look, between two of the loop; resolves once it is in force. @throws StoreError */
  look(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

export interface FollowingDependencies {
  readonly registry: ClientRegistry;
  readonly directory: Pick<LiveDirectory, 'take'>;
  readonly timers: Pick<Timers, 'sleep'>;
  /** A number from 0 up to, not including, `below`. */
  readonly randomInt: (below: number) => number;
  /** After a change came into force. `switched`: something was switched on or off. */
  readonly onChange: (changes: readonly ClientsChange[] | null) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Looks at the one row that each change moves, two or three times a second, and reads what changed since. So a change counts at every
 * process within a second, whichever made it.
 */
export function createFollowing(deps: FollowingDependencies): Following {
  const { registry, directory, timers, onChange } = deps;
  const closing = new AbortController();
  let seen = 0;
  let running: Promise<void> = Promise.resolve();

  const look = async (): Promise<void> => {
    const { version, recent } = await registry.head();
    if (version === seen) return;
    const missed = recent.filter((change) => change.version > seen);
    // A store that was put back to an earlier state is read anew, and so is what was missed for too long.
    const isAll = seen === 0 || version < seen || missed.length < version - seen;
    directory.take(isAll ? await everything(registry) : await changed(registry, missed), isAll);
    seen = version;
    onChange(isAll ? null : missed);
  };
  const loop = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      await timers.sleep(LOOK_MS + deps.randomInt(JITTER_MS), closing.signal);
      if (!closing.signal.aborted) await look().catch(deps.failed);
    }
  };
  return {
    begin: look,
    look,
    start() {
      running = loop();
    },
    async stop() {
      closing.abort();
      await running;
    },
  };
}

async function everything(registry: ClientRegistry): Promise<Found> {
  const [clients, switches] = [await registry.clients(), await registry.switches()];
  return {
    clients: new Map(clients.map(({ value }) => [value.registration.client_id, value])),
    switches: switches.map((off) => ({ what: off.what, id: off.id, off })),
  };
}

async function changed(registry: ClientRegistry, changes: readonly ClientsChange[]): Promise<Found> {
  const clients = new Map<string, Awaited<ReturnType<ClientRegistry['client']>>>();
  const switches = [];
  for (const { what, id } of changes) {
    if (what === 'registration') clients.set(id, await registry.client(id));
    else switches.push({ what, id, off: await registry.switched(what, id) });
  }
  return { clients: new Map([...clients].map(([id, row]) => [id, row?.value ?? null])), switches };
}
