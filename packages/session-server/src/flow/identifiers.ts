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
  // The address first: where it has no more pushes, it must not use up the person's.
  await assertWithin(store, ['push from', browser.address], PUSHES_PER_ADDRESS);
  await assertWithin(store, ['push', connector, plain(identifier)], PUSHES);
}

async function assertWithin(store: Store, key: readonly string[], limit: number): Promise<void> {
  const { count, resets_at } = await store.hit(JSON.stringify(key), WINDOW_MS);
  if (count <= limit) return;
  throw new FlowError(
    'rate_limited',
    'too many requests were sent to this person: wait a little',
    Math.max(1, Math.ceil((resets_at - (await store.now())) / 1000)),
  );
}

/** The same number with other spaces and dashes is the same person. */
function plain(identifier: string): string {
  return identifier
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
}
