/**
 * `pnpm exec node e2e/record-snapshots.ts`, after `build`: runs the demo, signs in in every way, and writes what the session
 * server said to the browser, in order, for the gallery to play. Addresses are replaced; secrets are those of servers
 * that are gone, and left out.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Phone } from './world/phone.ts';
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
  async goesTo({ redirect_to }: Snapshot): Promise<void> {
    await fetch(redirect_to!, { headers: { Cookie: this.#cookie }, redirect: 'manual' });
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

async function record(world: World, name: string, client: string, play: (tape: Tape) => Promise<void>): Promise<void> {
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

async function inWorld(options: Partial<WorldOptions>, play: (world: World, phone: Phone) => Promise<void>) {
  const usual = { lifetimes: {}, connectors: 'all', uaepass: null, crossDevice: {}, websites: [], workers: 1 } as const;
  const world = await startWorld({ ...usual, ...options });
  try {
    await play(world, new Phone(world.sandbox, 'alma'));
  } finally {
    await world.stop();
  }
}

await inWorld({}, async (world, phone) => {
  for (const app of APPS) await record(world, `qr-${app}`, 'shop', async (tape) => void (await tape.choose(app, 'qr')));
  await record(world, 'approved', 'shop', async (tape) => {
    const scanned = await phone.scan(currentText(await tape.choose('wallet', 'qr')));
    await tape.hears('retrieved');
    await phone.approve(scanned);
    await tape.goesTo(await tape.hears('confirmed'));
    await tape.hears('completed');
  });
  await record(world, 'declined', 'shop', async (tape) => {
    const scanned = await phone.scan(currentText(await tape.choose('wallet', 'qr')));
    await tape.hears('retrieved');
    await phone.decline(scanned);
    await tape.hears('declined');
  });
  await record(world, 'wrong-number', 'shop-strict', async (tape) => {
    const scanned = await phone.scan(currentText(await tape.choose('wallet', 'qr')));
    const { verification } = (await tape.hears('retrieved')) as Snapshot & { verification: { number: string } };
    await phone.approve(scanned, verification.number === '11' ? '12' : '11').catch(() => {});
    await tape.hears('declined');
  });
  for (const app of ['wallet', 'uaepass'])
    await record(world, `same-device-${app}`, 'shop', async (tape) => void (await tape.choose(app, 'same_device')));
  await record(world, 'same-device-approved', 'shop', async (tape) => {
    const { same_device } = (await tape.choose('wallet', 'same_device')) as Snapshot & { same_device: { url: string } };
    const scanned = await phone.scan(same_device.url);
    await tape.hears('retrieved');
    await phone.approve(scanned);
    await tape.hears('confirmed');
  });
  await record(world, 'pushed', 'shop', async (tape) => {
    await tape.choose('pasby', 'direct', NUMBER);
    await phone.inbox(NUMBER);
    await tape.hears('retrieved');
  });
  await record(
    world,
    'no-such-number',
    'shop',
    async (tape) => void (await tape.choose('pasby', 'direct', '19999999999')),
  );
  await record(world, 'cancelled', 'shop', async (tape) => {
    await tape.choose('wallet', 'qr');
    await tape.cancel();
  });
});
await inWorld({ connectors: ['wallet', 'pasby'], crossDevice: { confirm_person: true } }, async (world, phone) => {
  await record(world, 'two-apps', 'shop', async () => {});
  await record(world, 'confirm-person', 'shop', async (tape) => {
    const scanned = await phone.scan(currentText(await tape.choose('wallet', 'qr')));
    await tape.hears('retrieved');
    await phone.approve(scanned);
    await tape.hears('confirmed');
    await tape.confirm();
  });
});
await inWorld({ connectors: ['wallet'] }, async (world) => {
  await record(world, 'one-app', 'shop', async () => {});
});
await inWorld({ connectors: ['wallet'], lifetimes: { unscannedSeconds: 10 } }, async (world) => {
  await record(world, 'one-app-expired', 'shop', async (tape) => void (await tape.hears('expired')));
});
// A line for each: what changed can be read.
const lines = Object.entries(recordings).map(([name, heard]) => `${JSON.stringify(name)}: ${JSON.stringify(heard)}`);
await writeFile(FILE, `{\n${lines.join(',\n')}\n}\n`);
