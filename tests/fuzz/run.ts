/** Sends so many requests, several at a time, and looks at each answer. */
import { type Checks, createChecks } from './checks.ts';
import { type Draft, bytesOf } from './draft.ts';
import { createGrammar } from './grammar.ts';
import { emptySession, harvest } from './harvest.ts';
import { createMistakes } from './mistakes.ts';
import { type Session, createPool } from './pool.ts';
import { createRandom } from './random.ts';
import { STEPS, signIn } from './sign-in.ts';
import { talk } from './sockets.ts';
import { type Answer, NoAnswer, createLine } from './wire.ts';
import { CONNECTORS, type FuzzWorld, PERSON } from './world.ts';

export interface RunOptions {
  readonly seed: number;
  readonly requests: number;
  /** At a time. */
  readonly lines: number;
  readonly isLimited: boolean;
  /** Is called after so many requests, with how many there were. */
  readonly at?: { readonly every: number; run(done: number): Promise<void> };
}

export interface Findings {
  /** What was wrong, by what and where, with the first request of each. */
  readonly problems: readonly string[];
  /** How often each status came. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Answers below 400, by route. */
  readonly fulfilled: Readonly<Record<string, number>>;
  /** Lines of the log that were looked at. */
  readonly lines: number;
}

/** Requests of which nothing is wrong on purpose, so that there is something to be wrong about. */
const RIGHT = 0.35;
const MOST_PROBLEMS = 40;
/** An answer takes no longer, in ms; one that is held is not waited for. */
const WITHIN_MS = 12_000;
const HELD_MS = 150;

export async function run(world: FuzzWorld, options: RunOptions): Promise<Findings> {
  const { seed, requests, lines, isLimited, at } = options;
  const random = createRandom(seed);
  const pool = createPool(random);
  const checks: Checks = createChecks({ ...world, person: PERSON, isLimited });
  const grammar = createGrammar({ ...world, random, pool, connectors: CONNECTORS });
  const spoil = createMistakes(random, pool);
  const problems = new Map<string, string>();
  const statuses: Record<string, number> = {};
  const fulfilled: Record<string, number> = {};
  let logged = 0;
  const note = (problem: string, how: string): void => {
    if (problems.size < MOST_PROBLEMS && !problems.has(problem)) problems.set(problem, how);
  };
  world.onLine((line) => {
    logged += 1;
    for (const problem of checks.line(line)) note(`log: ${problem}`, line);
  });
  for (let n = 0; n < 20; n += 1) pool.add('wallet_token', await world.walletToken());

  let left = requests;
  let done = 0;
  const one = async (line: ReturnType<typeof createLine>): Promise<void> => {
    if (random.chance(0.02)) {
      for (const problem of await talk(world.port, random, pool)) note(`socket: ${problem}`, '');
      return;
    }
    if (!isLimited && random.chance(0.01)) return prepare();
    const request = grammar();
    if (!random.chance(RIGHT)) for (let n = random.pick([1, 1, 1, 2, 3]); n > 0; n -= 1) spoil(request);
    const bytes = bytesOf(request);
    const told = (problem: string): void =>
      note(`${problem} · ${request.route}`, `${request.wrong.join(', ')}\n${bytes.subarray(0, 1_500).toString()}`);
    try {
      const answer = await line.ask(bytes, {
        isHead: request.method === 'HEAD',
        ends: request.transport.cut !== null,
        within_ms: mayBeHeld(request) ? HELD_MS : WITHIN_MS,
      });
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      if (answer.status < 400) fulfilled[request.route] = (fulfilled[request.route] ?? 0) + 1;
      for (const problem of checks.answer(request, answer)) told(`${problem} (${answer.status})`);
      taken(request, answer);
    } catch (cause) {
      if (!(cause instanceof NoAnswer)) throw cause;
      if (!mayBeHeld(request) && !mayBeSilent(request)) told(cause.message);
    }
  };
  /** A sign-in that went well so far, for others to go on with. */
  const prepare = async (): Promise<void> => {
    const [until, client_id] = [random.pick(STEPS), random.pick(['shop', 'old', 'spa'])];
    const { session_id: id, session_secret: secret, ...held } = await signIn(world, until, client_id);
    const session: Session = { ...emptySession(id, secret, client_id), link: held.link };
    pool.addSession(session);
    const about = { session, client_id };
    if (until === 'begun') pool.add('link', held.link, about);
    if (until === 'scanned') pool.add('retrieval_token', held.retrieval_token, about);
    if (until === 'approved') pool.add('approved', id, about);
    for (const kind of ['code', 'access_token', 'refresh_token', 'id_token'] as const)
      if (held[kind] !== '') pool.add(kind, held[kind], about);
  };
  const taken = (request: Draft, answer: Answer): void => {
    try {
      harvest(request, answer, pool, world.issuer);
    } catch (cause) {
      note(`the answer cannot be read: ${String(cause)} · ${request.route}`, answer.body.slice(0, 500));
    }
  };
  const worker = async (): Promise<void> => {
    const line = createLine(world.port);
    while (left > 0 && world.ended() === null && problems.size < MOST_PROBLEMS) {
      left -= 1;
      await one(line);
      done += 1;
      if (at !== undefined && done % at.every === 0) await at.run(done);
    }
    line.close();
  };
  await Promise.all(Array.from({ length: lines }, worker));
  const ended = world.ended();
  if (ended !== null) note(`the server ended: ${ended}`, '');
  // What is logged together comes a moment later.
  await new Promise((resolve) => setTimeout(resolve, 200));
  return { problems: [...problems].map((each) => each.join('\n')), statuses, fulfilled, lines: logged };
}

/** A long poll is answered when something happens; a wrong one at once. */
function mayBeHeld({ route, path }: Draft): boolean {
  return route.endsWith('/status') || path.endsWith('/status');
}

/**
 * Of these the server may say nothing: a body that ended early is a connection that is gone, and bytes that come after an answer has
 * begun cannot be told of.
 */
function mayBeSilent({ transport, method, body, headers }: Draft): boolean {
  const hasBody = body.type !== 'none';
  return (
    transport.cut !== null ||
    transport.version !== '1.1' ||
    headers.some(({ name }) => ['content-length', 'transfer-encoding', 'expect', 'upgrade'].includes(name)) ||
    (hasBody && (method === 'HEAD' || method === 'TRACE'))
  );
}
