/**
 * What every story is told with. A story cites the requirements that it shows; it fails also when
 * any page of its browser broke a content policy or had an error that it did not announce.
 */
import { test, type TestDetails } from '@playwright/test';
import { REQUIREMENTS, type Requirement } from './requirements.ts';
import { Phone } from './world/phone.ts';
import { Problems } from './world/problems.ts';
import { SignInView } from './world/sign-in.ts';
import type { Website } from './world/websites.ts';
import { type Lifetimes, startWorld, type UaePassOptions, type World } from './world/world.ts';

interface WorkerFixtures {
  /** Shorter ones than the defaults, for a story file whose subject is time. */
  readonly lifetimes: Lifetimes;
  /** Ids of the demo's connectors that are configured. With one there is nothing to choose, and the code is there at once. */
  readonly connectors: readonly string[] | 'all';
  /** In place of the demo's UAE PASS. */
  readonly uaepass: UaePassOptions | null;
  /** Added to every client's `cross_device`. */
  readonly crossDevice: Readonly<Record<string, unknown>>;
  /** Recipes whose websites run beside the shop, `world.websites`. */
  readonly websites: readonly Website[];
  /** Processes of the session server that serve. */
  readonly workers: number;
  /** What pages get by the script tag: the loader with its chunks, all in one file, or what release 0.1 served. */
  readonly script: 'loader' | 'full' | '0.1.0';
  /** Session server, shop and sandbox; shared by the stories of one worker. */
  readonly world: World;
}

interface StoryFixtures {
  readonly phone: Phone;
  readonly otherPhone: Phone;
  /** The widget in the page itself. */
  readonly signIn: SignInView;
  readonly problems: Problems;
  /** Every page's `/widget.js` is what `script` says. */
  readonly scriptTag: undefined;
}

/** `story(title, shows('ID'), body)` tells one. */
export const story = test.extend<StoryFixtures, WorkerFixtures>({
  lifetimes: [{}, { scope: 'worker', option: true }],
  connectors: [['wallet'], { scope: 'worker', option: true }],
  uaepass: [null, { scope: 'worker', option: true }],
  crossDevice: [{}, { scope: 'worker', option: true }],
  websites: [[], { scope: 'worker', option: true }],
  workers: [1, { scope: 'worker', option: true }],
  script: ['loader', { scope: 'worker', option: true }],
  world: [
    async ({ lifetimes, connectors, uaepass, crossDevice, websites, workers }, use) => {
      const world = await startWorld({ lifetimes, connectors, uaepass, crossDevice, websites, workers });
      await use(world);
      await world.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  phone: async ({ world }, use) => use(new Phone(world.sandbox, 'alma')),
  otherPhone: async ({ world }, use) => use(new Phone(world.sandbox, 'ben')),
  signIn: async ({ page }, use) => use(new SignInView(page)),
  problems: [
    async ({ context }, use) => {
      const problems = await Problems.watch(context);
      await use(problems);
      problems.assertNone();
    },
    { auto: true },
  ],
  scriptTag: [
    async ({ context, world, script }, use) => {
      if (script !== 'loader') {
        const url = script === 'full' ? await fullScript(world) : releasedScript(world);
        await context.route(`${world.issuer}/widget.js`, (route) => route.continue({ url }));
      }
      await use(undefined);
    },
    { auto: true },
  ],
});

/** The address of the script in one file: its version is what the loader says by `Beckon.version`. */
export async function fullScript({ issuer }: World): Promise<string> {
  const loader = await (await fetch(`${issuer}/widget.js`)).text();
  const version = /version:"([^"]+)"/.exec(loader)?.[1];
  return `${issuer}/widget-${version}.full.js`;
}

/** The script of release 0.1, all in one file, by the name that pages with subresource integrity have it under. */
export function releasedScript({ issuer }: World): string {
  return `${issuer}/widget-0.1.0.js`;
}

/** Cites the requirements that a story shows; `--grep @QR-STALE` runs those of one. */
export function shows(...ids: readonly [Requirement, ...Requirement[]]): TestDetails {
  return {
    tag: ids.map((id) => `@${id}`),
    annotation: ids.map((id) => ({ type: id, description: REQUIREMENTS[id] })),
  };
}

export { expect } from '@playwright/test';
export { observe, observed } from './world/observe.ts';
export { claimsInclude, isSignedInAs, SignInView } from './world/sign-in.ts';
