import type { Party } from '../session/index.ts';
import type { Store } from '../store/store.ts';
import { FlowError } from './flow.ts';

/** Pushes to one person, and from one address, per window: a push that nobody asked for is a nuisance at least. */
const PUSHES = 3;
const WINDOW_MS = 600_000;
/** A push from a crowd behind one address is still a push to different people. */
const PUSHES_PER_ADDRESS = 30;

/**
 * Lets an identifier through to a push, or says when to come back. The store keeps keyed hashes
 * alone. An unknown identifier counts like a known one.
 * @throws FlowError `invalid_request`, `rate_limited`
 */
export async function assertIdentifier(
  store: Store,
  connector: string,
  identifier: string | null,
  browser: Party,
): Promise<void> {
  if (identifier === null || identifier.trim() === '') {
    throw new FlowError(
      'invalid_request',
      'login_hint: is missing: mode "direct" needs the identifier that the person typed',
    );
  }
  const now = await store.now();
  const person = await store.hit(JSON.stringify(['push', connector, identifier.trim()]), WINDOW_MS);
  const address = await store.hit(JSON.stringify(['push from', browser.address]), WINDOW_MS);
  const over = person.count > PUSHES ? person : address.count > PUSHES_PER_ADDRESS ? address : null;
  if (over === null) return;
  throw new FlowError(
    'rate_limited',
    'too many requests were sent to this person: wait a little',
    Math.max(1, Math.ceil((over.resets_at - now) / 1000)),
  );
}
