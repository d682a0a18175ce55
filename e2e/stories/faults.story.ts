/** Every state of a sign-in meets every fault, all states at once: it goes on without a press. */
import { setTimeout as passes } from 'node:timers/promises';
import type { CDPSession, Page } from '@playwright/test';
import { expect, isSignedInAs, shows, SignInView, story } from '../story.ts';
import { Phone, type Scanned } from '../world/phone.ts';
import { NAMES } from '../world/providers.ts';
import type { World } from '../world/world.ts';

story.use({ connectors: ['wallet', 'pasby'], crossDevice: { confirm_person: true } });

/** How long each fault lasts, in ms. */
const LASTS = 30_000;
/** How long a sign-in may take to go on afterwards: a socket that is silent for ever is given up after 50 s. */
const GOES_ON = { timeout: 55_000 };
/** pasby's stand-in keeps a number's requests apart. */
const ALMAS_NUMBER = '10000000001';

/** A sign-in, each in a browser of its own. */
interface Visit {
  readonly world: World;
  readonly page: Page;
  readonly signIn: SignInView;
  readonly phone: Phone;
}

/** What comes next in a state. */
interface Next {
  /** The person presses something on the page. */
  readonly press?: () => Promise<unknown>;
  /** The person does something on the phone. */
  readonly onPhone?: () => Promise<unknown>;
  /** Where that leads, with no press, and what completes the sign-in then. */
  readonly after: () => Promise<unknown>;
}

async function toCode({ page, world, signIn }: Visit, path = '/element'): Promise<void> {
  await page.goto(world.shop + path);
  await signIn.choose(NAMES.wallet);
  await signIn.reaches('qr');
}

async function confirm({ page, signIn }: Visit): Promise<void> {
  await signIn.reaches('confirmed', GOES_ON);
  await signIn.root.getByRole('button', { name: /Continue as/ }).click();
  await isSignedIn(page);
}

async function isSignedIn(page: Page): Promise<void> {
  await page.waitForURL(/\/me$/, GOES_ON);
  await isSignedInAs(page, 'Alma Exempel');
}

async function fromCode(visit: Visit): Promise<void> {
  await visit.signIn.reaches('qr', GOES_ON);
  await visit.phone.approve(await visit.signIn.scan(visit.phone));
  await confirm(visit);
}

/** A code, in the page or in the iframe of one. */
async function code(visit: Visit, path: string): Promise<Next> {
  await toCode(visit, path);
  let scanned: Scanned | null = null;
  return {
    async onPhone() {
      scanned = await visit.phone.scan(await visit.signIn.read());
    },
    async after() {
      if (scanned === null) return fromCode(visit);
      await visit.signIn.reaches('retrieved', GOES_ON);
      await visit.phone.approve(scanned);
      await confirm(visit);
    },
  };
}

/** Something on the phone that waits for the approval. */
function approval(visit: Visit, scanned: Scanned, digits?: string): Next {
  const approve = (): Promise<unknown> => visit.phone.approve(scanned, digits);
  let approved = false;
  return {
    async onPhone() {
      await approve();
      approved = true;
    },
    async after() {
      if (!approved) await approve();
      await confirm(visit);
    },
  };
}

const STATES: Readonly<Record<string, (visit: Visit) => Promise<Next>>> = {
  async 'the list of apps'(visit) {
    await visit.page.goto(`${visit.world.shop}/element`);
    await visit.signIn.reaches('choosing');
    return { press: () => visit.signIn.choose(NAMES.wallet), after: () => fromCode(visit) };
  },
  'a code': (visit) => code(visit, '/react'),
  'a code in an iframe': ({ page, ...rest }) =>
    code({ ...rest, page, signIn: new SignInView(page.frameLocator('iframe')) }, '/script-tag'),
  async 'the link on this device'(visit) {
    await toCode(visit);
    await visit.signIn.otherWay(/on this device/);
    const link = (await (await visit.signIn.link()).getAttribute('href')) ?? '';
    let scanned: Scanned | null = null;
    const scan = async (): Promise<Scanned> => (scanned ??= await visit.phone.scan(link));
    return {
      onPhone: scan,
      async after() {
        const { location } = await visit.phone.approve(await scan());
        await visit.signIn.reaches('confirmed', GOES_ON);
        await visit.page.goto(location ?? '');
        await isSignedIn(visit.page);
      },
    };
  },
  async 'a code that was scanned'(visit) {
    await toCode(visit);
    const scanned = await visit.signIn.scan(visit.phone);
    return approval(visit, scanned);
  },
  async 'a number'(visit) {
    // One app of the two can ask for it, so there is no list.
    await visit.page.goto(`${visit.world.shop}/login?client=shop-strict`);
    const scanned = await visit.signIn.scan(visit.phone);
    return approval(visit, scanned, await visit.signIn.digits());
  },
  async 'a request on the phone'(visit) {
    const { root } = visit.signIn;
    await visit.page.goto(`${visit.world.shop}/element`);
    await visit.signIn.choose(NAMES.pasby);
    await visit.signIn.reaches('qr');
    await visit.signIn.otherWay('Send a request to my phone');
    await root.getByRole('textbox').fill(ALMAS_NUMBER);
    await root.getByRole('button', { name: 'Send request' }).click();
    await visit.signIn.reaches('direct');
    const [pushed] = await visit.phone.inbox(ALMAS_NUMBER);
    return approval(visit, pushed!);
  },
  async 'the question who it is'(visit) {
    await toCode(visit);
    await visit.phone.approve(await visit.signIn.scan(visit.phone));
    await visit.signIn.reaches('confirmed');
    const press = (): Promise<void> => visit.signIn.root.getByRole('button', { name: /Continue as/ }).click();
    return { press, after: () => isSignedIn(visit.page) };
  },
};

interface Fault {
  /** Whether the page takes a press and the phone reaches the server meanwhile; if not, they act afterwards. */
  readonly meanwhile: { readonly press: boolean; readonly onPhone: boolean };
  begin(world: World, pages: readonly CDPSession[]): unknown;
  end(world: World, pages: readonly CDPSession[]): unknown;
}

const ONLY_BROWSERS = { press: true, onPhone: true };
const SERVER = { press: true, onPhone: false };

const FAULTS: Readonly<Record<string, Fault>> = {
  'no byte passes, and then all come': {
    meanwhile: ONLY_BROWSERS,
    begin: ({ wire }) => wire.silence(),
    end: ({ wire }) => wire.serve('come through'),
  },
  'no byte passes, and the router forgets the connections': {
    meanwhile: ONLY_BROWSERS,
    begin: ({ wire }) => wire.silence(),
    end: ({ wire }) => wire.serve('are forgotten'),
  },
  'connections are reset and refused': {
    meanwhile: ONLY_BROWSERS,
    begin: ({ wire }) => wire.refuse(),
    end: ({ wire }) => wire.serve(),
  },
  'the server hangs': {
    meanwhile: SERVER,
    begin: ({ server }) => server.hang(),
    end: ({ server }) => server.goOn(),
  },
  'the server is killed and started again': {
    meanwhile: SERVER,
    begin: ({ server }) => server.kill(),
    end: ({ server }) => server.start(),
  },
  'the tab is frozen, and its connections are reset': {
    meanwhile: { press: false, onPhone: true },
    async begin({ wire }, pages) {
      for (const page of pages) await page.send('Page.setWebLifecycleState', { state: 'frozen' });
      wire.refuse();
    },
    async end({ wire }, pages) {
      wire.serve();
      for (const page of pages) await page.send('Page.setWebLifecycleState', { state: 'active' });
    },
  },
};

for (const [how, fault] of Object.entries(FAULTS)) {
  story(`${how}, for 30 s, at every state @long`, shows('RESILIENCE-FAULTS'), async ({ browser, world }) => {
    story.setTimeout(300_000);
    const visits = await Promise.all(
      Object.entries(STATES).map(async ([name, reach]) => {
        const page = await (await browser.newContext()).newPage();
        const session = await page.context().newCDPSession(page);
        const phone = new Phone(world.sandbox, 'alma');
        const next = await story.step(name, () => reach({ world, page, signIn: new SignInView(page), phone }));
        return { name, page, session, next };
      }),
    );
    const sessions = visits.map(({ session }) => session);
    await fault.begin(world, sessions);
    const { meanwhile } = fault;
    try {
      const [over] = await Promise.all([
        passes(LASTS),
        ...visits.flatMap(({ next }) => [meanwhile.press && next.press?.(), meanwhile.onPhone && next.onPhone?.()]),
      ]);
      expect(over).toBeUndefined();
    } finally {
      await fault.end(world, sessions);
    }
    const ends = await Promise.allSettled(
      visits.map(async ({ name, next }) =>
        story.step(name, async () => {
          if (!meanwhile.press) await next.press?.();
          await next.after();
        }),
      ),
    );
    const lost = ends.flatMap((end, n) => (end.status === 'rejected' ? [`${visits[n]?.name}: ${end.reason}`] : []));
    for (const { page } of visits) await page.context().close();
    expect(lost).toEqual([]);
  });
}
