import { isEnd, type Snapshot } from '@beckon/protocol';
import { renewalsOf, type Course, type CourseEvent, type Known } from './course.ts';

/** What the event makes of the course; the very same object when it changes nothing. `now` is ms since the epoch. */
export function reduce(course: Course, event: CourseEvent, now: number): Course {
  const { refresh, renewalsLeft } = course;
  const base = { connection: 'none', refresh, renewalsLeft, busyUntil: null, slow: false } as const;
  switch (event.type) {
    case 'started':
      return { ...base, step: 'starting' };
    case 'session': {
      const { snapshot, picked, lastUsed } = event;
      const offset = snapshot.server_time_ms - now;
      return { ...base, step: 'following', snapshot, offset, picked, lastUsed, requestOver: false };
    }
    case 'snapshot':
      return course.step === 'following' && isNewer(event.snapshot, course.snapshot)
        ? settle(course, event.snapshot, betterOffset(course.offset, event.snapshot.server_time_ms - now))
        : course;
    case 'picked':
      return course.step === 'following' && (course.picked !== null || event.picked !== null)
        ? { ...course, picked: event.picked, slow: false }
        : course;
    case 'busy':
      return { ...course, busyUntil: event.until, slow: false };
    case 'slow':
      return { ...course, slow: true };
    case 'connection':
      return course.step === 'following' && course.connection !== event.connection && !isEnd(course.snapshot.status)
        ? { ...course, connection: event.connection }
        : course;
    case 'expired':
      return course.step === 'following' && !isEnd(course.snapshot.status)
        ? settle(course, ended(course.snapshot, 'expired'), course.offset)
        : course;
    case 'renewed':
      return course.step === 'following' ? renewing(course, renewalsOf(refresh)) : course;
    case 'request_over':
      return course.step === 'renewing' ? { ...course, step: 'following', requestOver: true } : course;
    case 'left':
      return course.step === 'following'
        ? { ...course, snapshot: ended(course.snapshot, 'cancelled'), connection: 'none' }
        : { ...base, step: 'idle' };
    case 'failed':
      return { ...base, step: 'failed', known: knownOf(course), code: event.code, canRetry: event.canRetry };
    case 'closed':
      return course.step === 'idle' ? course : { ...base, step: 'idle', renewalsLeft: renewalsOf(refresh) };
    default:
      return event satisfies never;
  }
}

/** Takes over what the server says, and goes on to renew by itself where an unscanned code has run out. */
function settle(course: Extract<Course, { step: 'following' }>, snapshot: Snapshot, offset: number): Course {
  const unscanned = course.snapshot.status === 'initialized' && snapshot.status === 'expired';
  const { picked } = course;
  const shown = picked?.connector === snapshot.connector && picked.mode === snapshot.mode;
  const next = { ...course, snapshot, offset, picked: shown ? null : picked, slow: false };
  // Nobody's phone is asked again without the person at this end wanting it.
  if (unscanned && course.renewalsLeft > 0 && snapshot.mode !== 'direct')
    return renewing(next, course.renewalsLeft - 1);
  return isEnd(snapshot.status) ? { ...next, connection: 'none', busyUntil: null } : next;
}

function renewing({ refresh, ...course }: Extract<Course, { step: 'following' }>, renewalsLeft: number): Course {
  const { snapshot, offset, picked, lastUsed } = course;
  const known = { snapshot, offset, picked, lastUsed };
  return { ...known, step: 'renewing', connection: 'none', refresh, renewalsLeft, busyUntil: null, slow: false };
}

/** A snapshot of another session is an older session's, on its way before that one was left. */
function isNewer(heard: Snapshot, known: Snapshot): boolean {
  if (heard.session_id !== known.session_id) return false;
  if (heard.version !== known.version) return heard.version > known.version;
  return heard.server_time_ms > known.server_time_ms;
}

/**
 * What is measured is the offset less the time on the way, so the largest measurement is the best;
 * one that is far lower means that this device's clock was set.
 */
function betterOffset(known: number, measured: number): number {
  return measured > known || known - measured > 5_000 ? measured : known;
}

/** An end that the server did not get to tell: nothing to go back with. */
function ended(snapshot: Snapshot, status: 'expired' | 'cancelled'): Snapshot {
  return { ...snapshot, status, qr: null, same_device: null, typed_code: null, redirect_to: null };
}

function knownOf(course: Course): Known | null {
  if (course.step === 'failed') return course.known;
  return 'snapshot' in course ? course : null;
}
