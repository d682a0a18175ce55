import { findStory } from '../flow/index.ts';
import type { Secrets } from '../secrets/index.ts';
import type { Store } from '../store/store.ts';
import { verdictOf } from './story-words.ts';

/**
 * Why a sign-in or a request went wrong and what to do, line by line; empty where nothing did, or nothing is known.
 * @param id a request's id, a session's, or what the log calls the session
 */
export async function whyOf(
  deps: { readonly store: Store; readonly secrets: Pick<Secrets, 'fingerprint'> },
  id: string,
): Promise<readonly string[]> {
  const { found } = await findStory(deps, id);
  return found === null
    ? []
    : verdictOf(found)
        .map((line) => line.trim())
        .filter((line) => line !== '');
}
