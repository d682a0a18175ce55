/** Before the second attempt, in seconds. Each further pause is twice as long, up to the last one. */
const FIRST_PAUSE_S = 1;
const LAST_PAUSE_S = 16;
/** In place of the first pause: there is no second attempt. */
export const ONCE: number = Infinity;

/** How many attempts at each address have failed on this page. */
const failed = new Map<string, number>();

/**
 * Imports a part of the script, and tries again where that fails: once the browser is back online, or after a pause.
 *
 * A browser may remember a failed import under its address (whatwg/html#6768), so each attempt after a failure has one
 * of its own, also that of an element that comes later. The server ignores the query.
 * @param pause seconds before the next attempt.
 * @throws what the browser says when the last attempt failed.
 */
export async function importChunk<T>(url: string, pause: number = FIRST_PAUSE_S): Promise<T> {
  const times = failed.get(url) ?? 0;
  const query = times === 0 ? '' : `?${times}`;
  try {
    return (await import(/* @vite-ignore */ url + query)) as T;
  } catch (error) {
    failed.set(url, times + 1);
    if (pause > LAST_PAUSE_S) throw error;
    await new Promise<unknown>((resolve) => {
      if (navigator.onLine) setTimeout(resolve, pause * 1000);
      else addEventListener('online', resolve, { once: true });
    });
    return importChunk(url, pause * 2);
  }
}
