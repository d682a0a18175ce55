import { type Outbox, createOutbox } from '../bus/index.ts';
import type { Timers } from '../jobs/index.ts';
import { type Logger, type MetricsJson, addPast } from '../telemetry/index.ts';
import { isHopeless, pauseAfter, quickEnds } from './crashes.ts';
import type { Begin, FromWorker, LiveSettings, ToWorker } from './messages.ts';
import { createLatest } from './latest.ts';
import { createTurns } from './turns.ts';
import { WorkersError } from './workers-error.ts';

/** A worker that did not end so long after it was told to is killed, in ms. A server alone takes about one second. */
const STOP_MS = 10_000;
/** A worker that does not answer for its metrics in this time is left out, in ms. */
const METRICS_MS = 1_000;
/** A worker that does not say in this time that a reload is in force does so later, in ms. */
const RELOAD_MS = 2_000;
/** While the store's file is locked: a worker that does not answer for so long, in ms, stands still over it, and is killed. */
const STILL_MS = 2_000;

/** A worker's process, as the supervisor sees it. */
export interface WorkerProcess {
  readonly pid: number;
  /** Resolves once the process was handed the message, or is gone. */
  send(message: ToWorker): Promise<void>;
  kill(): void;
}

export interface WorkerEvents {
  readonly message: (message: FromWorker) => void;
  /** `how`: `SIGKILL`, or `exit code 1`. */
  readonly exit: (how: string) => void;
}

export interface SupervisorOptions {
  /** How many workers there are. */
  readonly count: number;
  readonly fork: (events: WorkerEvents) => WorkerProcess;
  readonly fixed: Begin['fixed'];
  readonly live: LiveSettings;
  readonly timers: Pick<Timers, 'after' | 'sleep' | 'elapsed'>;
  readonly logger: Pick<Logger, 'info' | 'error'>;
  /** A worker that ended by itself is replaced. For metrics. */
  readonly onReplaced: () => void;
}

export interface Supervisor {
  /** Starts all, on that port. Resolves with the address once each serves. @throws Error where one ends before */
  start(port: number): Promise<string>;
  /** Resolves once this is in force in every worker that answers. Those that come begin with it. */
  reload(live: LiveSettings): Promise<void>;
  /** What each worker has counted that answers; and what those had counted that ended, as they last said. */
  metrics(): Promise<readonly MetricsJson[]>;
  /** How many workers serve now. */
  readonly serving: number;
  /** Resolves when no worker can be kept up. */
  readonly failed: Promise<Error>;
  /** Tells every worker to finish, and resolves once all are gone. True: none had to be killed. */
  stop(): Promise<boolean>;
}

/** One of the places for workers. A process that ends leaves its place to the next. */
interface Place {
  readonly worker: number;
  process: WorkerProcess | null;
  /** Since when it serves; null while it does not. */
  serves_since: number | null;
  ends: number;
  outbox: Outbox;
  /** Tells it whether it is another worker's turn to write. */
  tellTurn: (isOthers: boolean) => void;
  /** As it last said. */
  metrics: MetricsJson | null;
  /** Calls off the start of the next process. */
  callOff: () => void;
}

const NO_OUTBOX: Outbox = { add: () => {} };

/** Keeps workers up, and passes on what they say to each other. */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { count, timers, logger, fixed } = options;
  let { live } = options;
  let closing: PromiseWithResolvers<void> | null = null;
  let killed = false;
  let requests = 0;
  let port = 0;
  /** Counted by workers that are gone. */
  let past: MetricsJson = [];
  const begun = Promise.withResolvers<string>();
  const failed = Promise.withResolvers<Error>();
  const answers = new Map<number, (message: FromWorker) => void>();
  const places: readonly Place[] = Array.from({ length: count }, (_, index) => {
    const place: Place = {
      worker: index + 1,
      process: null,
      serves_since: null,
      ends: 0,
      outbox: NO_OUTBOX,
      tellTurn: () => {},
      metrics: null,
      callOff: () => {},
    };
    return place;
  });
  let hasBegun = false;

  const say = (place: Place, message: ToWorker): void => void place.process?.send(message);
  const turns = createTurns({
    after: timers.after,
    onTurn(worker) {
      for (const place of places) place.tellTurn(worker !== null && worker !== place.worker);
    },
  });

  /** Asks a worker; null when it does not answer in time. */
  const ask = async (
    place: Place,
    within_ms: number,
    question: { readonly type: 'metrics' | 'there' } | { readonly type: 'reload'; readonly live: LiveSettings },
  ): Promise<FromWorker | null> => {
    if (place.process === null) return null;
    requests += 1;
    const request = requests;
    const over = new AbortController();
    const answer = new Promise<FromWorker>((resolve) => answers.set(request, resolve));
    say(place, { ...question, request });
    const found = await Promise.race([answer, timers.sleep(within_ms, over.signal).then(() => null)]);
    over.abort();
    answers.delete(request);
    return found;
  };

  /** The file stays locked. By a worker that stands still, perhaps: SIGKILL ends its transaction, and frees the file. */
  let isLooking = false;
  const findStill = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    await Promise.all(
      places.map(async (place) => {
        const { process } = place;
        if (process === null || (await ask(place, STILL_MS, { type: 'there' })) !== null || place.process !== process)
          return;
        logger.error('a worker stands still while the store is locked: it is killed', { worker: place.worker });
        process.kill();
      }),
    );
    isLooking = false;
  };

  const hear = (place: Place, message: FromWorker): void => {
    switch (message.type) {
      case 'hello':
        return say(place, { type: 'begin', worker: place.worker, port, live, fixed });
      case 'serving':
        place.serves_since = timers.elapsed();
        if (places.every(({ serves_since }) => serves_since !== null)) {
          hasBegun = true;
          begun.resolve(message.url);
        }
        return;
      case 'told':
        for (const other of places) if (other !== place) other.outbox.add(message.told);
        return;
      case 'turn_wanted':
        return turns.ask(place.worker);
      case 'turn_over':
        return turns.over(place.worker);
      case 'locked':
        return void findStill();
      case 'metrics':
        place.metrics = message.metrics;
        return answers.get(message.request)?.(message);
      case 'here':
        return answers.get(message.request)?.(message);
    }
  };

  const begin = (place: Place): void => {
    const process = options.fork({
      message: (message) => {
        if (place.process === process) hear(place, message);
      },
      exit: (how) => ended(place, how),
    });
    place.process = process;
    place.outbox = createOutbox((told) => process.send({ type: 'told', told }));
    place.tellTurn = createLatest((isOthers) => process.send({ type: 'turn', isOthers }));
    logger.info('a worker starts', { worker: place.worker, pid: process.pid });
  };

  const ended = (place: Place, how: string): void => {
    const served_ms = place.serves_since === null ? null : timers.elapsed() - place.serves_since;
    place.process = null;
    place.serves_since = null;
    place.outbox = NO_OUTBOX;
    place.tellTurn = () => {};
    if (place.metrics !== null) past = addPast(past, place.metrics);
    place.metrics = null;
    turns.over(place.worker);
    if (closing !== null) {
      if (places.every(({ process }) => process === null)) closing.resolve();
      return;
    }
    if (!hasBegun) {
      begun.reject(new WorkersError(`worker ${place.worker} ended while the server started (${how})`));
      return;
    }
    // It may have stored a change, and died before it told of it.
    for (const other of places) other.outbox.add('all');
    place.ends = quickEnds(place.ends, served_ms);
    const pause_ms = pauseAfter(place.ends);
    logger.error('a worker ended: another one takes its place', {
      worker: place.worker,
      reason: how,
      attempt: place.ends,
      duration_ms: pause_ms,
    });
    if (isHopeless(places.map(({ serves_since, ends }) => ({ serves: serves_since !== null, ends })))) {
      failed.resolve(
        new WorkersError(`every worker ends soon after its start (the last one: ${how}): see the log above`),
      );
      return;
    }
    place.callOff = timers.after(pause_ms, () => {
      options.onReplaced();
      begin(place);
    });
  };

  return {
    async start(given) {
      port = given;
      for (const place of places) begin(place);
      return begun.promise;
    },
    async reload(next) {
      live = next;
      await Promise.all(places.map((place) => ask(place, RELOAD_MS, { type: 'reload', live })));
    },
    async metrics() {
      const answered = await Promise.all(
        places.map(async (place) => (await ask(place, METRICS_MS, { type: 'metrics' })) !== null),
      );
      // Read together, after all answers: what a worker had counted that ended meanwhile is in `past`, and must not count twice.
      const known = places.map(({ metrics }, i) => {
        if (metrics === null) return [];
        // What it has counted must not be gone for a scrape: that would read as a fresh start.
        return answered[i] === true ? metrics : addPast([], metrics);
      });
      return [past, ...known];
    },
    get serving() {
      return places.filter(({ serves_since }) => serves_since !== null).length;
    },
    failed: failed.promise,
    async stop() {
      closing ??= Promise.withResolvers<void>();
      for (const place of places) place.callOff();
      if (places.every(({ process }) => process === null)) closing.resolve();
      for (const place of places) say(place, { type: 'stop' });
      const late = timers.after(STOP_MS, () => {
        for (const { worker, process } of places) {
          if (process === null) continue;
          killed = true;
          logger.error('a worker did not end when told to: it is killed', { worker });
          process.kill();
        }
      });
      await closing.promise;
      late();
      return !killed;
    },
  };
}
