/** Seconds to wait before the attempts after the first one. Past the last one it is given up. */
const PAUSES_S = [1, 2, 4, 8, 16];

/** How many attempts at each address have failed on this page. */
const failed = new Map<string, number>();

/**
 * Imports a part of the script, and tries again where that fails: once the browser is back online, or after a pause.
 *
 * A browser may remember a failed import under its address (whatwg/html#6768), so each attempt after a failure has one
 * of its own, also that of an element that comes later. The server ignores the query.
 * @throws what the browser says when the last attempt failed.
 */
export async function importChunk<T>(url: string): Promise<T> {
  for (const pause of PAUSES_S) {
    try {
      return await importOnce<T>(url);
    } catch {
      await new Promise<unknown>((resolve) => {
        if (navigator.onLine) setTimeout(resolve, pause * 1000);
        else addEventListener('online', resolve, { once: true });
      });
    }
  }
  return importOnce(url);
}

/** The same without trying again. */
export async function importOnce<T>(url: string): Promise<T> {
  const before = failed.get(url) ?? 0;
  try {
    return (await import(/* @vite-ignore */ before === 0 ? url : `${url}?${before}`)) as T;
  } catch (error) {
    failed.set(url, before + 1);
    throw error;
  }
}
