import { type BrowserContext } from '@playwright/test';
import { expect, isSignedInAs, SignInView, shows, story } from '../story.ts';
import { pushRequest } from '../world/relying-party.ts';
import type { World } from '../world/world.ts';

const EVIL = 'http://evil.example';

/** What a website's own sanitizer lets a stranger write into its pages: pictures and forms with names. */
function written(names: readonly string[]): string {
  const images = names.map((name) => `<img name="${name}" alt="" src="${EVIL}/widget.js?${name}">`);
  return `${images.join('')}
    <form id="Beckon" name="head" action="${EVIL}/form"><input name="append"><input name="dataset"></form>
    <a id="beckon" name="IntersectionObserver" href="${EVIL}/link">a</a>`;
}

/** Serves a page of the shop's with that markup; what it hears of anybody who asks evil's server for more than a picture. */
async function clobbered(
  context: BrowserContext,
  world: World,
  names: readonly string[],
  widget: string,
): Promise<readonly string[]> {
  // A page that the story makes up comes from no address; Chromium would take it for the open internet.
  await context.grantPermissions(['local-network-access']);
  const asked: string[] = [];
  await context.route(`${EVIL}/**`, (route) => {
    const type = route.request().resourceType();
    if (type !== 'image') asked.push(`${type} ${route.request().url()}`);
    return route.fulfill({ contentType: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/2000/svg"/>' });
  });
  await context.route(`${world.shop}/clobbered`, (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<!doctype html><title>Clobbered</title><link rel="icon" href="data:,">${written(names)}${widget}`,
    }),
  );
  return asked;
}

/** Everything that the widget reads of a document, but for what the story's own driver needs to look at a page. */
const NAMES = [
  'currentScript',
  'createElement',
  'createElementNS',
  'createTextNode',
  'querySelector',
  'addEventListener',
  'readyState',
  'baseURI',
  'referrer',
  'visibilityState',
  'adoptedStyleSheets',
  'body',
  'scripts',
  'location',
  'URL',
];

story('the script tag beside what a stranger wrote', shows('FT-A1'), async ({ page, context, world, phone }) => {
  const widget = `<script src="${world.issuer}/widget.js" async data-login-url="/login"></script>`;
  const asked = await clobbered(context, world, NAMES, widget);
  await page.goto(`${world.shop}/clobbered`);
  const taken = await page.evaluate(() => (document.currentScript as Element | null)?.getAttribute('src'));
  expect(taken, 'or the markup takes nothing').toBe(`${EVIL}/widget.js?currentScript`);
  const signIn = new SignInView(page.frameLocator('iframe'));
  await phone.approve(await signIn.scan(phone));
  await isSignedInAs(page, 'Alma Exempel');
  expect(asked).toEqual([]);
});

story('the element beside what a stranger wrote', shows('FT-A1'), async ({ page, context, world, phone }) => {
  const { request_uri } = await pushRequest(world);
  const widget = `<script src="${world.issuer}/widget.js" async></script>
    <beckon-signin client-id="shop" request-uri="${request_uri}"></beckon-signin>`;
  const asked = await clobbered(context, world, NAMES, widget);
  await page.route(`${world.shop}/callback?**`, (route) => route.fulfill({ contentType: 'text/html', body: 'back' }));
  await page.goto(`${world.shop}/clobbered`);
  await phone.approve(await new SignInView(page).scan(phone));
  await page.waitForURL(`${world.shop}/callback?**`);
  expect(asked).toEqual([]);
});
