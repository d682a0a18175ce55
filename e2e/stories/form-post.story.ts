import type { BrowserContext } from '@playwright/test';
import { expect, shows, SignInView, story } from '../story.ts';
import { pushRequest, redeem, startSession } from '../world/relying-party.ts';
import { currentText } from '../world/session-api.ts';
import type { World } from '../world/world.ts';

interface Posted {
  readonly fields: Readonly<Record<string, string>>;
  readonly origin: string | null;
  readonly referrer: string | null;
}

/**
 * A callback of the shop for posts, which the demo's shop does not have. Like some callbacks it redirects to another
 * origin.
 */
async function listenForPost(context: BrowserContext, world: World): Promise<() => Promise<Posted>> {
  const { promise, resolve } = Promise.withResolvers<Posted>();
  await context.route(`${world.shop}/callback`, async (route, request) => {
    const [origin, referrer] = [await request.headerValue('origin'), await request.headerValue('referer')];
    const fields = Object.fromEntries(new URLSearchParams(request.postData() ?? ''));
    await route.fulfill({ status: 303, headers: { location: `${world.sandbox}/phone` } });
    resolve({ fields, origin, referrer });
  });
  return () => promise;
}

/** The shop's login route, which asks for `form_post`. */
async function loginByPost(context: BrowserContext, world: World) {
  const pushed = await pushRequest(world, { response_mode: 'form_post' });
  const { request_uri } = pushed;
  const location = `${world.issuer}/authorize?${new URLSearchParams({ client_id: 'shop', request_uri }).toString()}`;
  await context.route(/\/login\b/, (route) => route.fulfill({ status: 302, headers: { location } }));
  return pushed;
}

story(
  'form_post: the page posts the code, and no address has it',
  shows('FORM-POST'),
  async ({ page, context, world, phone, signIn }) => {
    const addresses: string[] = [];
    context.on('request', (request) => addresses.push(request.url()));
    const posted = await listenForPost(context, world);
    const pushed = await loginByPost(context, world);
    await page.goto(`${world.shop}/login`);
    await phone.approve(await signIn.scan(phone));
    const { fields, origin, referrer } = await posted();
    expect(Object.keys(fields).toSorted()).toEqual(['code', 'iss', 'state']);
    expect({ origin, referrer }).toEqual({ origin: world.issuer, referrer: `${world.issuer}/` });
    await expect(page, 'the policy of the page let the callback redirect elsewhere').toHaveURL(/\/phone$/);
    expect(addresses.filter((address) => address.includes(fields['code']!))).toEqual([]);
    expect((await redeem(world, fields['code']!, pushed)).status).toBe(200);
  },
);

story(
  'form_post: from an iframe of ours the top page posts, a decline as well',
  shows('FORM-POST'),
  async ({ page, context, world, phone }) => {
    const posted = await listenForPost(context, world);
    await loginByPost(context, world);
    await page.goto(`${world.shop}/script-tag`);
    const signIn = new SignInView(page.frameLocator('iframe'));
    await phone.decline(await signIn.scan(phone));
    await signIn.root.getByRole('button', { name: 'Back to Morrow Coffee' }).click();
    expect((await posted()).fields).toMatchObject({ error: 'access_denied', iss: world.issuer });
    await expect(page).toHaveURL(/\/phone$/);
  },
);

story('form_post: without script the person presses', shows('FORM-POST'), async ({ browser, world, phone }) => {
  const pushed = await pushRequest(world, { response_mode: 'form_post' });
  const session = await startSession(world, pushed);
  await phone.approve(await phone.scan(currentText(session)));
  const headers = { Authorization: `Bearer ${session.session_secret}` };
  const status = await fetch(`${world.issuer}/session/${session.session_id}/status`, { headers });
  const { redirect_to } = (await status.json()) as { readonly redirect_to: string };

  const context = await browser.newContext({ javaScriptEnabled: false });
  const posted = await listenForPost(context, world);
  const page = await context.newPage();
  await page.goto(redirect_to);
  await page.getByRole('button', { name: 'Continue' }).click();
  const { fields } = await posted();
  expect((await redeem(world, fields['code']!, pushed)).status).toBe(200);
  await context.close();
});
