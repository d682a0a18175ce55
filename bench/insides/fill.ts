/**
 * A child that copies the live sessions of a store many times, sealed as the server seals them. Signing in so often over
 * HTTP would take an hour. Arguments: the file and its secrets. Its server must not run meanwhile: both would write.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { systemTimers } from '../../packages/session-server/src/jobs/index.ts';
import { createSecrets } from '../../packages/session-server/src/secrets/index.ts';
import { openSqliteStore } from '../../packages/session-server/src/store/index.ts';
import type { Row, Write, Writes } from '../../packages/session-server/src/store/store.ts';
import { answer } from '../world/probe.ts';

const [, , path = '', secret = '', subject_secret = ''] = process.argv;
const sealer = createSecrets({ secret: [secret], subject_secret, random: randomBytes });

/** Sessions of one commit. All of them lie in one partition. */
const AT_ONCE = 250;
const PARTITIONS = 256;

export interface Filling {
  /** How many copies are made. */
  readonly sessions: number;
  /** When the copies end, all in one ms: in an hour, or soon after the last is written. */
  readonly end: 'later' | 'soon';
}

/** A session with the request that it is for, as text in which its ids and its end are replaced. */
interface Pattern {
  readonly session: Row;
  readonly request: Row;
  readonly texts: readonly [session: string, request: string];
}

/** Sessions that tell how long the others take to write. They end later. */
const TRIAL = 2_000;
/** Between the last copy and the end. The server starts meanwhile. */
const AHEAD_MS = 3_000;

/** Answers when the copies end, ms since the epoch. */
answer('fill', async ({ sessions, end }: Filling): Promise<number> => {
  const store = openSqliteStore({ path, sealer, now: Date.now, wait: systemTimers.sleep });
  const { rows: live } = await store.list('session', 1_000);
  const { rows: requests } = await store.list<{ readonly places: readonly string[] }>('request', 1_000);
  const patterns = live.flatMap((session): readonly Pattern[] => {
    const request = requests.find(({ value }) => value.places.includes(session.id));
    if (request === undefined) return [];
    return [{ session, request, texts: [JSON.stringify(session.value), JSON.stringify(request.value)] }];
  });
  if (patterns.length === 0) throw new Error('there is no live session to copy');
  const write = async (count: number, ends_at: number): Promise<void> => {
    // One partition after another: rows that lie beside each other in the file are written one after another.
    const each = Math.ceil(count / PARTITIONS);
    for (let done = 0; done < count; done += AT_ONCE) {
      const partition = Math.floor(done / each)
        .toString(16)
        .toUpperCase()
        .padStart(2, '0');
      const writes = Array.from({ length: Math.min(AT_ONCE, count - done) }, (_, n) =>
        copy(patterns[(done + n) % patterns.length] as Pattern, partition, ends_at),
      ).flat();
      await store.commit(writes as unknown as Writes);
    }
  };
  let ends_at = Date.now() + 3_600_000;
  if (end === 'soon') {
    const began = Date.now();
    await write(TRIAL, ends_at);
    // A larger file takes longer, and so does a machine that has something else to do.
    ends_at = Date.now() + Math.ceil(((Date.now() - began) / TRIAL) * sessions * 2) + AHEAD_MS;
  }
  await write(sessions, ends_at);
  await store.close();
  // Else the first sync of the server would wait for what was written here.
  const file = openSync(path, 'r+');
  fsyncSync(file);
  closeSync(file);
  return ends_at;
});

/** What else a row says of its time stays as far from the session's end as it was. */
function copy({ session, request, texts }: Pattern, partition: string, ends_at: number): readonly Write[] {
  const ended = session.due_at ?? 0;
  const id = partition + randomBytes(13).toString('hex').toUpperCase();
  const requestId = `${partition}.${randomBytes(32).toString('base64url')}`;
  const moved = new Map(
    [ended, session.expires_at, request.expires_at].map((at) => [String(at), at - ended + ends_at]),
  );
  const anew = (text: string): unknown => {
    let changed = text.replaceAll(session.id, id).replaceAll(request.id, requestId);
    for (const [from, to] of moved) changed = changed.replaceAll(from, String(to));
    return JSON.parse(changed);
  };
  const later = (at: number): number => at - ended + ends_at;
  return [
    {
      op: 'insert',
      kind: 'session',
      row: {
        ...session,
        id,
        version: 1,
        expires_at: later(session.expires_at),
        due_at: ends_at,
        value: anew(texts[0]),
      },
      tags: [id],
    },
    {
      op: 'insert',
      kind: 'request',
      row: { ...request, id: requestId, version: 1, expires_at: later(request.expires_at), value: anew(texts[1]) },
    },
  ];
}

// It is asked until it is ended.
setInterval(() => undefined, 60_000);
