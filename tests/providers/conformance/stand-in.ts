import { createBrowser, type Browser } from '../../../packages/sandbox/src/phone/browser/index.ts';
import type { UpstreamStarted } from '../../../packages/session-server/src/connectors/connector.ts';

/** As `connectorContext` says it. */
export const ISSUER = 'https://id.example.com';

/** @throws Error with the answer, for anything but success */
export async function post(url: string, body: unknown): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${response.status} ${JSON.stringify(answer)}`);
  return answer;
}

/** The sandbox's phone scans or is tapped, and its owner decides. */
export function phoneAt(
  origin: string,
  person?: string,
): (text: string, decision: 'approve' | 'decline') => Promise<Record<string, unknown>> {
  return async (text, decision) => {
    const { handle } = await post(`${origin}/phone/scan`, { text, ...(person === undefined ? {} : { person }) });
    return post(`${origin}/phone/${decision}`, { handle });
  };
}

/** What there is to scan or to tap. */
export function textOf({ qr, link }: UpstreamStarted): string {
  return qr?.texts[0] ?? link ?? '';
}

export function browserAt(origin: string): Browser {
  return createBrowser({ now: Date.now, origins: [origin] });
}

/** Where the browser was sent in the end. */
export function leftOf({ page }: Browser): string {
  if (page.left === null) throw new Error(`still at ${page.url}: ${String(page.status)} ${page.title}`);
  return page.left;
}
