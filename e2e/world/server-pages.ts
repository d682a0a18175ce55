/** The server's own pages, as a person comes to each: on a phone, on the same device, without script, where something is refused. */
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { answerAt } from './providers.ts';
import { SignInView } from './sign-in.ts';
import type { World } from './world.ts';

/** Is shown each page once, and may resize it: nothing there runs. */
export type Visit = (name: string, page: Page) => Promise<void>;
export type Walk = (place: Place, visit: Visit) => Promise<void>;

export interface Place {
  readonly world: World;
  readonly browser: Browser;
  /** A sign-in is begun in it. */
  readonly screen: Page;
  /** Where the server's pages are seen. */
  readonly handset: Page;
}

/** From the shop to the choice of that app. A tab would go on with the sign-in that it has. */
async function choose({ screen, world }: Place, app: string, client = 'shop'): Promise<SignInView> {
  await screen.goto(world.issuer);
  await screen.evaluate(() => sessionStorage.clear());
  await screen.goto(`${world.shop}/login?client=${client}`);
  const view = new SignInView(screen);
  await view.choose(app);
  return view;
}

/** The code on the screen, as a camera reads it. */
async function codeOf(place: Place, app: string, client = 'shop'): Promise<string> {
  return (await choose(place, app, client)).read();
}

const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name }).click();

/** What a phone's camera opens, up to an end. */
const phone: Walk = async (place, visit) => {
  const { handset } = place;
  const code = await codeOf(place, 'Example ID');
  await handset.goto(code);
  await visit('phone-claim', handset);
  await press(handset, 'This wasn’t me');
  await visit('phone-not-me', handset);
  await handset.goto(code);
  await visit('phone-over', handset);
};

/** The same for an app of its own, which the page leads to; and a code that was never one. */
const wallet: Walk = async (place, visit) => {
  const { handset } = place;
  await handset.goto(await codeOf(place, 'Sandbox Wallet'));
  await visit('phone-wallet', handset);
  await handset.goto(`${place.world.issuer}/q/nothing`);
  await visit('phone-nothing', handset);
};

/** The number of the screen, and a wrong one. */
const number: Walk = async (place, visit) => {
  const { handset } = place;
  await handset.goto(await codeOf(place, 'Example ID', 'shop-strict'));
  await press(handset, 'Continue with Example ID');
  await visit('number', handset);
  const digits = await new SignInView(place.screen).digits();
  await handset.getByLabel('Number').fill(digits === '42' ? '24' : '42');
  await press(handset, 'Continue');
  await visit('number-wrong', handset);
};

/** Back from the provider. */
const provider: Walk = async (place, visit) => {
  const { handset } = place;
  const code = await codeOf(place, 'Example ID');
  await handset.goto(code);
  await press(handset, 'Continue with Example ID');
  const there = handset.url();
  await handset.goto(code);
  await visit('phone-go-on', handset);
  await handset.goto(there);
  await answerAt('oidc', handset, 'decline');
  await visit('provider-declined', handset);
  await handset.goto(await codeOf(place, 'UAE PASS'));
  await press(handset, 'Continue with UAE PASS');
  await answerAt('uaepass', handset, 'approve');
  await visit('finish', handset);
  await press(handset, 'Finish signing in');
  await visit('done', handset);
};

/** The link of the same device, which another browser opens. */
const sameDevice: Walk = async (place, visit) => {
  const { handset, browser } = place;
  const view = await choose(place, 'Example ID');
  await view.otherWay('Open Example ID on this device');
  const link = (await (await view.link()).getAttribute('href')) ?? '';
  await handset.goto(link);
  await visit('start', handset);
  await press(handset, 'Continue with Example ID');
  const other = await browser.newPage();
  await other.goto(link);
  await visit('start-used', other);
  await other.close();
};

/** Addresses that lead nowhere. */
const refused: Walk = async ({ world, handset }, visit) => {
  await handset.goto(`${world.issuer}/q/${'0'.repeat(32)}.1.${'A'.repeat(16)}`);
  await visit('refused-code', handset);
  await handset.goto(`${world.issuer}/authorize?client_id=nobody`);
  await visit('refused-client', handset);
  await handset.goto(`${world.issuer}/oauth/logout`);
  await visit('signed-out', handset);
};

/** Without script. Its frame loads itself anew; here it stays as it is. */
const noScript: Walk = async ({ world, browser }, visit) => {
  const still = await browser.newContext({ javaScriptEnabled: false });
  const page = await still.newPage();
  await page.goto(`${world.shop}/login`);
  await press(page, 'Continue');
  const context = await browser.newContext({ storageState: await still.storageState() });
  await context.route('**/no-script/*/state', async (route) => {
    const answer = await route.fetch();
    const { refresh: _, ...headers } = answer.headers();
    await route.fulfill({ response: answer, headers });
  });
  const seen = await context.newPage();
  await seen.goto(page.url());
  await still.close();
  await visit('no-script-apps', seen);
  await press(seen, 'Example ID');
  await visit('no-script-code', seen);
  await press(seen, 'Open Example ID on this device');
  await visit('no-script-same-device', seen);
  await press(seen, 'Cancel');
  await visit('no-script-cancelled', seen);
  await context.close();
};

export const WALKS = { phone, wallet, number, provider, sameDevice, refused, noScript } as const;
export const CONNECTORS = ['wallet', 'oidc', 'uaepass'] as const;

/** A phone's browser, light. */
export function takeHandset(browser: Browser): Promise<BrowserContext> {
  return browser.newContext({ viewport: { width: 360, height: 800 }, reducedMotion: 'reduce' });
}
