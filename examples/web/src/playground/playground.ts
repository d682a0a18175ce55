/** The playground: an element with the options that the form has, and the code for it. */
import { element, type Options, react, requestUrl, scriptTag, style } from './snippets.ts';

const form = document.querySelector<HTMLFormElement>('#options')!;
const place = document.querySelector<HTMLElement>('#place')!;
const server = place.dataset['server']!;
/** What the widget does where an option is left out. */
const DEFAULTS: Readonly<Record<string, string>> = {
  display: 'inline',
  theme: 'auto',
  connector: 'any',
  'refresh-expired': 'auto',
};

form.addEventListener('change', draw);
// Colours and sizes follow while they are moved; a sign-in begins anew only for what it must.
form.addEventListener('input', look);
for (const button of document.querySelectorAll<HTMLElement>('[data-copies]'))
  button.addEventListener('click', () => void copy(button));
draw();

function valueOf(name: string): string {
  return (form.elements.namedItem(name) as HTMLInputElement | HTMLSelectElement).value;
}

function options(): Options {
  const set = Object.entries(DEFAULTS).flatMap(([name, usual]) =>
    valueOf(name) === usual ? [] : [[name, valueOf(name)] as const],
  );
  return {
    server,
    client: valueOf('client'),
    attributes: Object.fromEntries(set),
    accent: valueOf('accent'),
    radius: Number(valueOf('radius')),
  };
}

function look(): void {
  const { accent, radius } = options();
  place.style.setProperty('--beckon-accent', accent);
  place.style.removeProperty('--beckon-accent-dark');
  place.style.setProperty('--beckon-radius', `${radius}px`);
  place.style.maxInlineSize = `${valueOf('width')}px`;
  const all = { script: scriptTag, element, react, style };
  for (const [id, write] of Object.entries(all)) document.querySelector(`#${id}`)!.textContent = write(options());
}

let drawn = '';

function draw(): void {
  look();
  const { client, attributes } = options();
  const wanted = JSON.stringify([client, attributes]);
  if (wanted === drawn) return;
  drawn = wanted;
  const signIn = document.createElement('beckon-signin');
  const all = { server, 'client-id': client, 'request-url': requestUrl(client), ...attributes };
  for (const [name, value] of Object.entries(all)) signIn.setAttribute(name, value);
  place.replaceChildren(signIn);
}

async function copy(button: HTMLElement): Promise<void> {
  const text = document.querySelector(`#${button.dataset['copies']}`)!.textContent;
  await navigator.clipboard.writeText(text);
  button.textContent = 'Copied';
}
