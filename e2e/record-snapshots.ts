/**
 * `pnpm exec node e2e/record-snapshots.ts [names]`, after `build`: runs the demo, signs in in every way, and writes what the
 * session server said to the browser, in order, for the gallery to play. Names record those alone, and leave the others.
 * Addresses are replaced; secrets are those of servers that are gone, and left out.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Phone, type Scanned } from './world/phone.ts';
import { currentText, type SessionHandle, type Snapshot, Watching } from './world/session-api.ts';
import { startWorld, type World, type WorldOptions } from './world/world.ts';

const FILE = join(import.meta.dirname, '../examples/web/src/gallery/recordings.json');
/** Alma's number with pasby. */
const NUMBER = '10000000001';
const APPS = ['wallet', 'pasby', 'didit', 'krdpass', 'uaepass', 'paswad', 'oidc'];

/** One thing that the browser heard: the answer to a call, or a message of the socket. */
interface Heard {
  readonly of: 'create' | 'connector' | 'cancel' | 'confirm' | 'socket';
  readonly status: number;
  readonly request_id: string | null;
  readonly body: object;
}

const wanted = process.argv.slice(2);
const recordings: Record<string, readonly Heard[]> = {};

/** A browser on the shop's page, which writes down what it hears. */
class Tape {
  readonly heard: Heard[] = [];
  readonly #world: World;
  readonly #client: string;
  #cookie = '';
  #session: SessionHandle | null = null;
  #watching: Watching | null = null;

  constructor(world: World, client = 'shop') {
    this.#world = world;
    this.#client = client;
  }

  async create(): Promise<Snapshot> {
    const pushed = await fetch(`${this.#world.shop}/login/request?client=${this.#client}`, { method: 'POST' });
    this.#cookie = pushed.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const request = (await pushed.json()) as object;
    const session = (await this.#post('create', '/session', { ...request, qr_frames: 'compact' })) as SessionHandle;
    this.#session = session;
    this.#watching = await Watching.open(this.#world, session);
    return session;
  }

  choose(connector: string, mode: string, login_hint?: string): Promise<Snapshot> {
    return this.#ask('connector', { connector, mode, login_hint });
  }

  cancel(): Promise<Snapshot> {
    return this.#ask('cancel', {});
  }

  confirm(): Promise<Snapshot> {
    return this.#ask('confirm', {});
  }

  /** Waits for the socket to say that. */
  async hears(status: string): Promise<Snapshot> {
    const snapshot = await this.#watching!.until(status);
    const { type: _type, ...body } = snapshot as Snapshot & { readonly type: string };
    this.heard.push({ of: 'socket', status: 200, request_id: null, body });
    return snapshot;
  }

  /** The browser goes where it is sent, and the shop redeems the code. */
  async goesTo(url: string | null): Promise<void> {
    await fetch(url!, { headers: { Cookie: this.#cookie }, redirect: 'manual' });
  }

  #ask(of: 'connector' | 'cancel' | 'confirm', body: object): Promise<Snapshot> {
    return this.#post(of, `/session/${this.#session!.session_id}/${of}`, body);
  }

  async #post(of: Heard['of'], path: string, body: object): Promise<Snapshot> {
    const response = await fetch(this.#world.issuer + path, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Origin: this.#world.shop,
        ...(this.#session && { Authorization: `Bearer ${this.#session.session_secret}` }),
      },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as Snapshot;
    this.heard.push({ of, status: response.status, request_id: response.headers.get('x-request-id'), body: answer });
    return answer;
  }

  close(): void {
    this.#watching?.close();
  }
}

async function record(
  world: World,
  name: string,
  client: string,
  play: (tape: Tape) => Promise<unknown>,
): Promise<void> {
  const tape = new Tape(world, client);
  await tape.create();
  await play(tape);
  tape.close();
  recordings[name] = JSON.parse(replaced(JSON.stringify(tape.heard), world)) as Heard[];
  console.log(`${name}: ${tape.heard.map(({ of, status }) => `${of} ${status}`).join(', ')}`);
}

/** The files in `examples/web/marks`, where another name than the connector's id. */
const PICTURES: Readonly<Record<string, string>> = { oidc: 'example-id' };

/** With addresses as they are in earnest, but those of the apps' pictures, which the gallery serves; and no secret. */
function replaced(text: string, { issuer, shop, sandbox }: World): string {
  const to = { [issuer]: 'https://id.example.com', [shop]: 'https://morrow.example', [sandbox]: 'https://app.example' };
  let result = text;
  for (const [from, address] of Object.entries(to)) {
    for (const [old, now] of [
      [from, address],
      [from.toUpperCase(), address.toUpperCase()],
      [encodeURIComponent(from), encodeURIComponent(address)],
    ] as const)
      result = result.replaceAll(old, now);
  }
  return result
    .replaceAll(/"session_secret":"[^"]*"/g, '"session_secret":"recorded"')
    .replaceAll(/("id":"([^"]+)"(?:(?!"id":).)*?"mark":)\{[^}]*\}/g, (_whole, before: string, id: string) => {
      const picture = `/gallery/marks/${PICTURES[id] ?? id}`;
      return before + JSON.stringify({ light: `${picture}.svg`, dark: `${picture}-dark.svg` });
    });
}

/** What the browser does, in a session that it has begun. */
type Take = (tape: Tape, phone: Phone) => Promise<unknown>;

/** @param takes by the recording's name; of those that were asked for. @param strict with the client that asks for the number */
async function inWorld(
  options: Partial<WorldOptions>,
  takes: Readonly<Record<string, Take>>,
  strict: Readonly<Record<string, Take>> = {},
): Promise<void> {
  const all = [
    ...Object.entries(takes).map((take) => ['shop', ...take] as const),
    ...Object.entries(strict).map((take) => ['shop-strict', ...take] as const),
  ].filter(([, name]) => wanted.length === 0 || wanted.includes(name));
  if (all.length === 0) return;
  const usual = { lifetimes: {}, connectors: 'all', uaepass: null, crossDevice: {}, websites: [], workers: 1 } as const;
  const world = await startWorld({ ...usual, ...options });
  try {
    const phone = new Phone(world.sandbox, 'alma');
    for (const [client, name, play] of all) await record(world, name, client, (tape) => play(tape, phone));
  } finally {
    await world.stop();
  }
}

const byCode = async (tape: Tape, phone: Phone, app = 'wallet'): Promise<Scanned> => {
  const scanned = await phone.scan(currentText(await tape.choose(app, 'qr')));
  await tape.hears('retrieved');
  return scanned;
};
const here = async (tape: Tape, phone: Phone, app = 'wallet'): Promise<Scanned> => {
  const { same_device } = (await tape.choose(app, 'same_device')) as Snapshot & { same_device: { url: string } };
  const scanned = await phone.scan(same_device.url);
  await tape.hears('retrieved');
  return scanned;
};
const link =
  (app: string): Take =>
  (tape) =>
    tape.choose(app, 'same_device');
const nothing: Take = async () => {};

await inWorld(
  {},
  {
    ...Object.fromEntries(APPS.map((app) => [`qr-${app}`, (tape: Tape) => tape.choose(app, 'qr')])),
    approved: async (tape, phone) => {
      await phone.approve(await byCode(tape, phone));
      await tape.goesTo((await tape.hears('confirmed')).redirect_to);
      await tape.hears('completed');
    },
    declined: async (tape, phone) => {
      await phone.decline(await byCode(tape, phone));
      await tape.hears('declined');
    },
    'not-me': async (tape, phone) => {
      await phone.decline(await byCode(tape, phone), 'not_me');
      await tape.hears('declined');
    },
    'same-device-wallet': link('wallet'),
    'same-device-uaepass': link('uaepass'),
    'same-device-approved': async (tape, phone) => {
      await phone.approve(await here(tape, phone));
      await tape.hears('confirmed');
    },
    // Another tab of the same browser has the code: the one that the app opened.
    'same-device-completed': async (tape, phone) => {
      const { location } = await phone.approve(await here(tape, phone));
      await tape.hears('confirmed');
      await tape.goesTo(location);
      await tape.hears('completed');
    },
    // The provider's page is open in the browser of this device.
    'same-device-oidc-opened': (tape, phone) => here(tape, phone, 'oidc'),
    pushed: async (tape, phone) => {
      await tape.choose('pasby', 'direct', NUMBER);
      await phone.inbox(NUMBER);
      await tape.hears('retrieved');
    },
    'no-such-number': (tape) => tape.choose('pasby', 'direct', '19999999999'),
    cancelled: async (tape) => {
      await tape.choose('wallet', 'qr');
      await tape.cancel();
    },
  },
  {
    'wrong-number': async (tape, phone) => {
      const scanned = await phone.scan(currentText(await tape.choose('wallet', 'qr')));
      const { verification } = (await tape.hears('retrieved')) as Snapshot & { verification: { number: string } };
      await phone.approve(scanned, verification.number === '11' ? '12' : '11').catch(() => {});
      await tape.hears('declined');
    },
  },
);
await inWorld(
  { connectors: ['wallet', 'pasby'], crossDevice: { confirm_person: true } },
  {
    'two-apps': nothing,
    'confirm-person': async (tape, phone) => {
      await phone.approve(await byCode(tape, phone));
      await tape.hears('confirmed');
      await tape.confirm();
    },
  },
);
await inWorld({ installUrl: 'https://app.example/get' }, { 'same-device-install': link('wallet') });
await inWorld({ connectors: ['wallet'] }, { 'one-app': nothing });
await inWorld(
  { connectors: ['wallet'], lifetimes: { unscannedSeconds: 10 } },
  {
    'one-app-expired': (tape) => tape.hears('expired'),
    'same-device-expired': async (tape) => {
      await tape.choose('wallet', 'same_device');
      await tape.hears('expired');
    },
  },
);
await inWorld(
  { connectors: ['wallet'], lifetimes: { scannedSeconds: 3 } },
  {
    'no-answer': async (tape, phone) => {
      await byCode(tape, phone);
      await tape.hears('expired');
    },
  },
);
// A line for each: what changed can be read.
const before = JSON.parse(await readFile(FILE, 'utf8')) as typeof recordings;
const lines = Object.entries({ ...(wanted.length > 0 && before), ...recordings }).map(
  ([name, heard]) => `${JSON.stringify(name)}: ${JSON.stringify(heard)}`,
);
await writeFile(FILE, `{\n${lines.join(',\n')}\n}\n`);
