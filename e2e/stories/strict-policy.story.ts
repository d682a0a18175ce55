import { expect, shows, story } from '../story.ts';
import { pushRequest } from '../world/relying-party.ts';

const STRICT = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "require-trusted-types-for 'script'",
].join('; ');

story(
  'the widget on a first-party page under a strict policy',
  shows('SECURITY-CSP'),
  async ({ page, context, world, phone, signIn }) => {
    // A page that the story makes up comes from no address; Chromium would take it for the open internet.
    await context.grantPermissions(['local-network-access']);
    const { request_uri } = await pushRequest(world);
    await page.route(`${world.issuer}/first-party`, (route) =>
      route.fulfill({
        contentType: 'text/html',
        headers: { 'Content-Security-Policy': STRICT },
        body: `<!doctype html><title>First party</title><link rel="icon" href="data:,">
        <script src="/widget.js" async></script>
        <beckon-signin client-id="shop" request-uri="${request_uri}"></beckon-signin>`,
      }),
    );
    await page.route(`${world.shop}/callback?**`, (route) => route.fulfill({ contentType: 'text/html', body: 'back' }));
    await page.goto(`${world.issuer}/first-party`);
    const scanned = await signIn.scan(phone);
    await phone.approve(scanned);
    await page.waitForURL(`${world.shop}/callback?**`);
  },
);

story('the hosted page asks for such a policy itself', shows('SECURITY-CSP'), async ({ page, world, signIn }) => {
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.url().startsWith(`${world.issuer}/authorize`)),
    page.goto(`${world.shop}/login`),
  ]);
  await signIn.reaches('qr');
  const headers = answer.headers();
  const policy = headers['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("require-trusted-types-for 'script'");
  expect(policy).not.toMatch(/unsafe-(inline|eval)|\*/);
  expect(policy).toContain(`frame-ancestors ${world.shop}`);
  expect(headers['x-frame-options'], 'it knows no list, and would forbid the embed').toBeUndefined();
  expect(headers['set-cookie']).toBeUndefined();
  expect(headers['cache-control']).toContain('no-store');
});
