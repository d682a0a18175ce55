import { AuthorizationResponseError } from 'openid-client';

/** The line under the page's heading. */
const lead = document.querySelector<HTMLElement>('.card .lead')!;

/** What the tab shows of the sign-in's end. Texts go in as text: nothing of it can become markup. */
export function showClaims(place: HTMLElement, claims: Readonly<Record<string, unknown>>): void {
  const list = element('dl', { className: 'claims' });
  for (const [claim, value] of Object.entries(claims)) {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const description = element('dd', { textContent: text });
    description.dataset['claim'] = claim;
    const row = document.createElement('div');
    row.append(element('dt', { textContent: claim }), description);
    list.append(row);
  }
  lead.textContent = 'You are signed in, in this tab only.';
  place.replaceChildren(list, startAgain('Sign out'));
}

export function showProblem(place: HTMLElement, error: unknown): void {
  const declined = error instanceof AuthorizationResponseError && error.error === 'access_denied';
  lead.textContent = declined
    ? 'You were not signed in: the sign-in was declined or cancelled.'
    : 'The sign-in did not work.';
  const code = error instanceof AuthorizationResponseError ? error.error : (error as Error).message;
  place.replaceChildren(
    ...(declined ? [] : [element('p', { className: 'code', textContent: code })]),
    startAgain('Try again'),
  );
}

function startAgain(text: string): HTMLElement {
  const actions = element('p', { className: 'actions' });
  actions.append(element('a', { className: 'button', href: '/spa', textContent: text }));
  return actions;
}

function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<HTMLElementTagNameMap[K]>,
): HTMLElementTagNameMap[K] {
  return Object.assign(document.createElement(name), properties);
}
