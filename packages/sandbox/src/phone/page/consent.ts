import type { Consent } from '../app.ts';
import type { Person } from './api.ts';
import { h, icon } from './dom.ts';
import { nameOf } from './home.ts';
import { countdown, initialOf, placeOf, sharedLines } from './wording.ts';

export interface ConsentActions {
  /** `number` is null when none is asked for. */
  approve(number: string | null): void;
  decline(reason: 'user' | 'not_me'): void;
  expired(): void;
}

export interface ConsentView {
  readonly element: HTMLElement;
  /** What has the focus first: the choice that does no harm. */
  readonly focus: HTMLElement;
  /** While a decision is on its way: no second one. */
  busy(choice: 'approve' | 'decline'): void;
  /** Stops the countdown. */
  close(): void;
}

/** Always in sight above the buttons: the one defence against a code that a stranger shows. */
const WARNING = 'Approve only what you started yourself, just now. No other person may ask you to.';

/** The request as the person must understand it before deciding. `now` is in ms since the epoch. */
export function consentScreen(
  consent: Consent,
  person: Person,
  now: () => number,
  actions: ConsentActions,
): ConsentView {
  const { client, requester, verification } = consent;
  const number = verification === null ? null : numberEntry(verification.digits);
  const left = h('span', { class: 'left' }, countdown(consent.expires_at * 1000 - now()));
  const timer = setInterval(() => {
    const ms = consent.expires_at * 1000 - now();
    left.textContent = countdown(ms);
    if (ms <= 0) actions.expired();
  }, 1000);

  const decline = h('button', { type: 'button', class: 'button decline' }, 'Decline');
  decline.addEventListener('click', () => actions.decline('user'));
  const approve = h('button', { type: 'submit', class: 'button approve' }, 'Approve');
  const notMe = h('button', { type: 'button', class: 'link' }, 'This wasn’t me');
  notMe.addEventListener('click', () => actions.decline('not_me'));

  const submit = (event: Event): void => {
    event.preventDefault();
    if (number === null) actions.approve(null);
    else if (number.valid()) actions.approve(number.value());
  };

  const element = h(
    'form',
    { class: 'consent', novalidate: true, onsubmit: submit },
    h(
      'div',
      { class: 'scroll' },
      h(
        'header',
        { class: 'client' },
        logo(client),
        h('h1', { id: 'question', dir: 'auto' }, `Sign in to ${client.name}?`),
        h('p', { class: 'domain' }, domain(client.origin)),
      ),
      number?.element ?? null,
      asked(requester, left),
      shared(consent, person),
    ),
    h(
      'footer',
      { class: 'actions' },
      h('p', { class: 'warning' }, icon('shield'), h('span', {}, WARNING)),
      h('div', { class: 'pair' }, decline, approve),
      notMe,
    ),
  );
  element.setAttribute('aria-labelledby', 'question');

  return {
    element,
    focus: decline,
    busy(choice) {
      for (const button of [decline, approve, notMe]) button.disabled = true;
      element.setAttribute('aria-busy', 'true');
      if (choice === 'approve') approve.textContent = 'Approving…';
      else decline.textContent = 'Declining…';
    },
    close() {
      clearInterval(timer);
    },
  };
}

function logo(client: Consent['client']): HTMLElement {
  const initial = h('span', { class: 'logo', 'aria-hidden': 'true' }, initialOf(client.name));
  if (client.logo_uri === null) return initial;
  const image = h('img', { class: 'logo', src: client.logo_uri, alt: '' });
  image.addEventListener('error', () => image.replaceWith(initial));
  return image;
}

function domain(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).host : origin;
}

function shared(consent: Consent, person: Person): HTMLElement {
  const rows = sharedLines(consent.scopes, person.claims).map(({ label, value }) => row(label, value ?? ''));
  return card(`${consent.client.name} will get`, h('span', {}, 'from ', h('bdi', {}, nameOf(person))), rows);
}

function asked(requester: Consent['requester'], left: HTMLElement): HTMLElement {
  const { screen, network, doubt } = placeOf(requester);
  const rows = [row('Screen', screen), ...(network === null ? [] : [row('Network', network)])];
  const warned = doubt === null ? null : h('p', { class: 'network' }, icon('warning'), h('span', {}, doubt));
  const ends = h('span', {}, 'ends in ', left);
  return card('Where this was started', ends, rows, warned);
}

function card(
  title: string,
  aside: Node | string,
  rows: readonly HTMLElement[],
  after: Node | null = null,
): HTMLElement {
  return h(
    'section',
    { class: 'card' },
    h(
      'div',
      { class: 'card-head' },
      h('h2', { dir: 'auto' }, title),
      h('span', { class: 'card-aside', dir: 'auto' }, aside),
    ),
    h('dl', {}, ...rows),
    after,
  );
}

function row(label: string, value: string): HTMLElement {
  return h('div', { class: 'row' }, h('dt', {}, label), h('dd', {}, h('bdi', {}, value)));
}

interface NumberEntry {
  readonly element: HTMLElement;
  value(): string;
  /** Whether all digits are there; says so beside the field when not. */
  valid(): boolean;
}

/** One try only, so the phone sends nothing that cannot be right. */
function numberEntry(digits: number): NumberEntry {
  const input = h('input', {
    id: 'number',
    name: 'number',
    type: 'text',
    inputmode: 'numeric',
    autocomplete: 'off',
    pattern: `[0-9]{${String(digits)}}`,
    maxlength: digits,
    size: digits,
    'aria-describedby': 'number-hint',
  });
  const usual = `${String(digits)} digits. There is one try.`;
  const hint = h('p', { id: 'number-hint', class: 'hint', 'aria-live': 'polite' }, usual);
  const complete = (): boolean => new RegExp(`^[0-9]{${String(digits)}}$`).test(input.value);
  input.addEventListener('input', () => {
    input.value = input.value.replaceAll(/[^0-9]/g, '');
    input.removeAttribute('aria-invalid');
    hint.textContent = usual;
  });
  return {
    element: h(
      'section',
      { class: 'number' },
      h('label', { for: 'number' }, 'Type the number that your browser shows'),
      input,
      hint,
    ),
    value: () => input.value,
    valid() {
      if (complete()) return true;
      input.setAttribute('aria-invalid', 'true');
      hint.textContent = `Type the ${String(digits)} digits from your browser first.`;
      input.focus();
      return false;
    },
  };
}
