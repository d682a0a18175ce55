import { parseJson } from '../outbound/index.ts';
import type { Client } from '../session/index.ts';

/** After a document could not be had, or did not list a redirect URI, it is fetched again at the earliest after this, in ms. */
const PAUSE_MS = 60_000;

/** The host that names a client's sector (OpenID Connect Core §8.1). */
export function sectorOf({ sector_identifier_uri, redirect_uris }: Client): string {
  return new URL(sector_identifier_uri ?? redirect_uris[0] ?? '').host;
}

export interface Sectors {
  /**
   * Whether a client's sector is its own: the document at its `sector_identifier_uri` lists its redirect URIs (OpenID
   * Connect Registration §5). Else a client could learn the `sub`s of another's people. Once that was so, it is not
   * asked again.
   */
  isOwn(client: Client): Promise<boolean>;
}

/** @param elapsed ms of a clock that never goes back */
export function createSectors(fetch: typeof globalThis.fetch, elapsed: () => number): Sectors {
  const asked = new Map<string, { readonly at: number; readonly answer: Promise<boolean> }>();
  const ask = async (uri: string, redirect_uris: readonly string[]): Promise<boolean> => {
    const response = await fetch(uri, { headers: { accept: 'application/json' } });
    const listed = response.ok ? parseJson(await response.text()) : null;
    return Array.isArray(listed) && redirect_uris.every((each) => listed.includes(each));
  };
  return {
    async isOwn({ subject_type, sector_identifier_uri: uri, redirect_uris }) {
      if (subject_type !== 'pairwise' || uri === null) return true;
      const key = JSON.stringify([uri, redirect_uris]);
      const known = asked.get(key);
      if (known !== undefined && ((await known.answer) || elapsed() - known.at < PAUSE_MS)) return known.answer;
      const answer = ask(uri, redirect_uris).catch(() => false);
      asked.set(key, { at: elapsed(), answer });
      return answer;
    },
  };
}
