/** Seconds to wait before the attempts after the first one. Past the last one it is given up. */
const PAUSES_S = [1, 2, 4, 8, 16];

/**
 * Imports a part of the script, and tries again where that fails.
 *
 * A browser may remember a failed import under its address (whatwg/html#6768), so each attempt has one
 * of its own. The server ignores the query.
 * @throws what the browser says when the last attempt failed.
 */
export async function importChunk<T>(url: string): Promise<T> {
  for (const [attempt, pause] of PAUSES_S.entries()) {
    try {
      return await importOnce<T>(url, attempt);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pause * 1000));
    }
  }
  return importOnce(url, PAUSES_S.length);
}

function importOnce<T>(url: string, attempt: number): Promise<T> {
  return import(/* @vite-ignore */ attempt === 0 ? url : `${url}?${attempt}`) as Promise<T>;
}
