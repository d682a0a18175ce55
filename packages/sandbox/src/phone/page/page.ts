import { phone, Refusal, type Person, type Scanned, type Settings } from './api.ts';
import { type CaptureSource, openCapture, readFrames } from './capture.ts';
import { consentScreen } from './consent.ts';
import { h } from './dom.ts';
import { homeScreen } from './home.ts';
import { type Outcome, outcomeScreen } from './outcome.ts';
import { readPicture } from './picture.ts';

/**
 * The phone's page: one screen at a time, each made new. Scanning leads to the consent and never
 * further; only a button there decides.
 */
const place = document.querySelector('#screen') as HTMLElement;
const now = (): number => Date.now();

let settings: Settings;
let person: Person;
/** Ends whatever the current screen started. */
let leave: () => void = () => {};
/** Grows with every screen: an answer that comes after its screen has gone is dropped. */
let turn = 0;

function show(name: string, element: HTMLElement, focus: HTMLElement | null, leaving: () => void = () => {}): void {
  leave();
  leave = leaving;
  turn += 1;
  document.body.dataset['screen'] = name;
  place.replaceChildren(element);
  place.scrollTop = 0;
  focus?.focus({ preventScroll: true });
}

function showHome(notice: string | null = null): void {
  const element = homeScreen(settings, person, notice, { carry, capture, picture, text: scan });
  show('home', element, element.querySelector('h1'));
}

function carry(next: Person): void {
  person = next;
  remember(next.id);
  showHome();
  place.querySelector<HTMLInputElement>('input[name=person]:checked')?.focus();
}

/** Runs what a screen started, and shows its failure unless another screen has come. */
function run(work: (here: () => boolean) => Promise<void>): void {
  const mine = turn;
  const here = (): boolean => turn === mine;
  work(here).catch((error: unknown) => {
    if (here()) showFailure(error);
  });
}

function scan(text: string): void {
  show('reading', h('p', { class: 'waiting', role: 'status' }, 'Asking who it is…'), null);
  run(async (here) => {
    const scanned = await phone.scan(text.trim().slice(0, 2048), person.id);
    if (here()) showConsent(scanned);
  });
}

function capture(source: CaptureSource): void {
  run(async () => {
    try {
      await scanStream(source, await openCapture(source));
    } catch (error) {
      showHome(captureProblem(source, error));
    }
  });
}

async function scanStream(source: CaptureSource, stream: MediaStream): Promise<void> {
  const stopped = new AbortController();
  const video = h('video', { class: 'viewfinder', playsinline: true });
  video.muted = true;
  const title = source === 'camera' ? 'Point the camera at the code' : 'Looking for a code on your screen';
  const stop = h('button', { type: 'button', class: 'button quiet', onclick: () => showHome() }, 'Stop');
  const element = h(
    'div',
    { class: 'scanning', 'data-source': source },
    h('h1', { tabindex: -1 }, title),
    h('div', { class: 'window' }, video),
    h('p', { class: 'told' }, 'It is read here, in this page. No picture leaves it.'),
    stop,
  );
  show('scanning', element, stop, () => stopped.abort());
  const text = await readFrames(video, stream, stopped.signal);
  if (stopped.signal.aborted) return;
  if (text === null) showHome();
  else scan(text);
}

function captureProblem(source: CaptureSource, error: unknown): string {
  const name = error instanceof DOMException ? error.name : '';
  const what = source === 'camera' ? 'camera' : 'screen';
  if (name === 'NotAllowedError') return `The browser was not allowed to use the ${what}.`;
  if (name === 'NotFoundError') return 'There is no camera here.';
  return `The ${what} could not be opened.`;
}

const PICTURE_PROBLEMS = {
  nothing: 'No code was found in that picture.',
  no_picture: 'That file is no picture.',
  too_large: 'That picture is too large: 20 MB at most.',
} as const;

function picture(file: Blob): void {
  run(async (here) => {
    const result = await readPicture(file);
    if (!here()) return;
    if (result.found === 'code') scan(result.text);
    else showHome(PICTURE_PROBLEMS[result.found]);
  });
}

function showConsent({ handle, consent }: Scanned): void {
  const client = consent.client.name;
  const view = consentScreen(consent, person, now, {
    approve(number) {
      view.busy('approve');
      settle(phone.approve(handle, number), (leaving, collected) => ({ kind: 'approved', client, leaving, collected }));
    },
    decline(reason) {
      view.busy('decline');
      settle(phone.decline(handle, reason), (leaving) =>
        reason === 'not_me' ? { kind: 'reported', leaving } : { kind: 'declined', client, leaving },
      );
    },
    expired: () => showOutcome({ kind: 'expired' }),
  });
  show('consent', view.element, view.focus, () => view.close());
}

function settle(
  answer: ReturnType<typeof phone.approve>,
  told: (leaving: boolean, collected: boolean) => Outcome,
): void {
  // The countdown must not talk over an answer that is on its way.
  leave();
  run(async (here) => {
    const { location: next, collected = false } = await answer;
    if (!here()) return;
    const leaving = next !== null && /^https?:\/\//i.test(next);
    showOutcome(told(leaving, collected));
    if (leaving) window.location.assign(next);
  });
}

function showOutcome(outcome: Outcome): void {
  const element = outcomeScreen(outcome, () => showHome());
  show('outcome', element, element.querySelector('h1'));
}

function showFailure(error: unknown): void {
  const { code, message } =
    error instanceof Refusal ? error : new Refusal('page_failed', 'the page failed; reload it and try again');
  showOutcome({ kind: 'failed', code, description: message });
}

/** A code in the address: an app link. It is taken out, so that a reload does not scan an old code. */
function scanAddress(): boolean {
  const given = new URLSearchParams(location.hash.slice(1));
  const text = given.get('text');
  if (text === null) return false;
  history.replaceState(null, '', location.pathname);
  person = settings.people.find(({ id }) => id === given.get('person')) ?? person;
  scan(text);
  return true;
}

/** A decision that is being made is not thrown away by something dropped or pasted beside it. */
function mayScan(): boolean {
  return ['home', 'outcome', 'scanning'].includes(document.body.dataset['screen'] ?? '');
}

function take(data: DataTransfer | null): boolean {
  const file = [...(data?.files ?? [])].find(({ type }) => type.startsWith('image/'));
  const text = data?.getData('text/plain').trim() ?? '';
  if (!mayScan() || (file === undefined && text === '')) return false;
  if (file === undefined) scan(text);
  else picture(file);
  return true;
}

// Storage is a comfort: it may be switched off.
function remember(id: string): void {
  try {
    localStorage.setItem('person', id);
  } catch {
    // The next visit begins with the first person.
  }
}
function remembered(): string | null {
  try {
    return localStorage.getItem('person');
  } catch {
    return null;
  }
}

async function start(): Promise<void> {
  settings = await phone.settings();
  const [first] = settings.people;
  if (first === undefined) throw new Refusal('page_failed', 'no person carries this phone');
  const id = remembered();
  person = settings.people.find((each) => each.id === id) ?? first;

  window.addEventListener('hashchange', scanAddress);
  document.addEventListener('paste', (event) => {
    const typing = event.target instanceof HTMLInputElement && (event.clipboardData?.files.length ?? 0) === 0;
    if (!typing && take(event.clipboardData)) event.preventDefault();
  });
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    document.body.classList.toggle('dropping', mayScan());
  });
  for (const type of ['dragleave', 'dragend', 'drop'])
    document.addEventListener(type, () => document.body.classList.remove('dropping'));
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    take(event.dataTransfer);
  });

  if (!scanAddress()) showHome();
}

start().catch((error: unknown) => {
  showOutcome({
    kind: 'failed',
    code: error instanceof Refusal ? error.code : 'page_failed',
    description: error instanceof Error ? error.message : 'the page failed',
  });
});
