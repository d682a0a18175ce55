import { findStory, type FoundStory } from '../flow/index.ts';
import type { Secrets } from '../secrets/index.ts';
import type { Store } from '../store/store.ts';
import { verdictOf } from './story-words.ts';

/** Why a sign-in or a request went wrong and what to do, line by line; empty where nothing did, or nothing is known. */
export function whyIn(found: FoundStory | null): readonly string[] {
  if (found === null) return [];
  return verdictOf(found)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/**
 * The same of what the store knows.
 * @param id a request's id, a session's, or what the log calls the session
 */
export async function whyOf(
  deps: { readonly store: Store; readonly secrets: Pick<Secrets, 'fingerprint'> },
  id: string,
): Promise<readonly string[]> {
  return whyIn((await findStory(deps, id)).found);
}
