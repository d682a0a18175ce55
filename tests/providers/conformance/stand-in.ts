import { createBrowser, type Browser } from '../../../packages/sandbox/src/phone/browser/index.ts';
import { formWith } from '../../../packages/sandbox/src/phone/provider-pages.ts';
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

/** Sends the form of the page that has this button. @throws Error with the page's title where there is none */
export async function press(
  browser: Browser,
  name: string,
  value?: string,
  fill: Readonly<Record<string, string>> = {},
): Promise<void> {
  const form = formWith(browser.page, name, value);
  if (form === undefined) throw new Error(`no button ${name}: ${browser.page.title}`);
  await browser.submit(form, { name, ...(value === undefined ? {} : { value }) }, fill);
}

/** Goes through a page that has the people and both buttons on it. @returns where the browser was sent in the end */
export async function decideAt(
  origin: string,
  location: string,
  decision: 'approve' | 'decline',
  person: string = 'alma',
): Promise<string> {
  const browser = browserAt(origin);
  await browser.visit(location);
  await press(browser, 'decision', decision, decision === 'approve' ? { person } : {});
  return leftOf(browser);
}

/** Says at UAE PASS's page who is there. */
export async function enterAtUaePass(browser: Browser, username: string): Promise<void> {
  const login = browser.page.forms.find(({ inputs }) => inputs.includes('username'));
  if (login === undefined) throw new Error(`no login: ${browser.page.title}`);
  await browser.submit(login, undefined, { username });
}

/** The number that UAE PASS's page shows for the app; blank where it shows none. */
export function numberAtUaePass({ page }: Browser): string {
  return /id="number">(\d\d)</.exec(page.html)?.[1] ?? '';
}

/** Goes through UAE PASS's pages. @returns where the browser was sent in the end */
export async function decideAtUaePass(
  origin: string,
  location: string,
  decision: 'approve' | 'decline',
  username: string,
): Promise<string> {
  const browser = browserAt(origin);
  await browser.visit(location);
  await enterAtUaePass(browser, username);
  await (decision === 'approve' ? press(browser, 'number', numberAtUaePass(browser)) : press(browser, 'cancel'));
  return leftOf(browser);
}
