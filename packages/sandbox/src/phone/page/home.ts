import type { Person, Settings } from './api.ts';
import { canCapture, type CaptureSource } from './capture.ts';
import { h, icon, type IconName } from './dom.ts';
import { dateText, initialOf } from './wording.ts';

export interface HomeActions {
  carry(person: Person): void;
  capture(source: CaptureSource): void;
  picture(file: File): void;
  text(text: string): void;
}

/** The first screen: whose phone it is, and the ways to scan. `notice` tells why the last try gave nothing. */
export function homeScreen(
  settings: Settings,
  person: Person,
  notice: string | null,
  actions: HomeActions,
): HTMLElement {
  return h(
    'div',
    { class: 'home' },
    h('h1', { class: 'visually-hidden', tabindex: -1 }, 'Wallet'),
    pass(person),
    people(settings.people, person, actions),
    h('h2', { class: 'heading' }, 'Scan to sign in'),
    notice === null ? null : h('p', { class: 'notice', role: 'alert' }, notice),
    ways(actions),
    pasteForm(actions),
    settings.shop === null
      ? null
      : h('p', { class: 'aside' }, 'Nothing to scan yet? ', h('a', { href: settings.shop }, 'Open the demo shop')),
  );
}

function pass(person: Person): HTMLElement {
  const { birthdate, email } = person.claims;
  return h(
    'section',
    { class: 'pass', 'aria-label': 'Identity' },
    h('span', { class: 'pass-kind' }, 'Identity · not real'),
    h('span', { class: 'pass-face', 'aria-hidden': 'true' }, initials(person)),
    h('span', { class: 'pass-name' }, h('bdi', {}, nameOf(person))),
    h(
      'span',
      { class: 'pass-detail' },
      [typeof birthdate === 'string' ? `Born ${dateText(birthdate)}` : null, typeof email === 'string' ? email : null]
        .filter((part) => part !== null)
        .join(' · '),
    ),
  );
}

function people(all: readonly Person[], chosen: Person, actions: HomeActions): HTMLElement | null {
  if (all.length < 2) return null;
  const choices = all.map((person) =>
    h(
      'label',
      { class: 'person' },
      h('input', {
        type: 'radio',
        name: 'person',
        value: person.id,
        checked: person === chosen,
        onchange: () => actions.carry(person),
      }),
      h('span', { class: 'face', 'aria-hidden': 'true' }, initials(person)),
      h('span', { class: 'person-name', dir: 'auto' }, firstName(person)),
    ),
  );
  return h(
    'fieldset',
    { class: 'people' },
    h('legend', { class: 'visually-hidden' }, 'Whose phone is this?'),
    ...choices,
  );
}

/** The likeliest way first and large: a phone has a camera, a computer has the code on its own screen. */
function ways(actions: HomeActions): HTMLElement {
  const touch = matchMedia('(pointer: coarse)').matches;
  const order: readonly CaptureSource[] = touch ? ['camera', 'screen'] : ['screen', 'camera'];
  const [first, ...others] = order.filter(canCapture).map((source) => wayButton(source, actions));
  first?.classList.add('way-first');
  return h('div', { class: 'ways' }, first ?? null, ...others, pictureButton(actions));
}

function wayButton(source: CaptureSource, actions: HomeActions): HTMLElement {
  const label = source === 'camera' ? 'Scan with the camera' : 'Scan from this screen';
  return way(source, label, () => actions.capture(source));
}

function pictureButton(actions: HomeActions): HTMLElement {
  const input = h('input', {
    type: 'file',
    accept: 'image/*',
    class: 'visually-hidden',
    tabindex: -1,
    'aria-label': 'Picture with a code',
    onchange: () => {
      const [file] = input.files ?? [];
      if (file !== undefined) actions.picture(file);
      // The same file again is a new try.
      input.value = '';
    },
  });
  const button = way('picture', 'Choose a picture', () => input.click());
  return h('div', { class: 'way-slot' }, button, input);
}

function way(symbol: IconName, label: string, onclick: () => void): HTMLElement {
  return h('button', { type: 'button', class: 'way', onclick }, icon(symbol), h('span', {}, label));
}

function pasteForm(actions: HomeActions): HTMLElement {
  const input = h('input', {
    id: 'text',
    name: 'text',
    type: 'text',
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
    maxlength: 2048,
    required: true,
    placeholder: 'HTTP://…/Q/…',
  });
  const submit = (event: Event): void => {
    event.preventDefault();
    if (input.value.trim() !== '') actions.text(input.value);
  };
  return h(
    'form',
    { class: 'paste', onsubmit: submit },
    h('label', { for: 'text' }, 'Or paste the code, as text or as a picture'),
    h('div', { class: 'paste-row' }, input, h('button', { type: 'submit', class: 'button quiet' }, 'Read')),
  );
}

export function nameOf(person: Person): string {
  return typeof person.claims['name'] === 'string' ? person.claims['name'] : person.id;
}

function firstName(person: Person): string {
  return typeof person.claims['given_name'] === 'string' ? person.claims['given_name'] : nameOf(person);
}

function initials(person: Person): string {
  const words = nameOf(person).split(/\s+/).slice(0, 2);
  // The mark between them keeps letters of joined scripts apart.
  return words.map(initialOf).join('\u200C');
}
