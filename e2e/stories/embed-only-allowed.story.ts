import { expect, shows, story } from '../story.ts';

story(
  'another page can neither frame nor start a sign-in',
  shows('EMBED-ONLY-ALLOWED'),
  async ({ page, context, world, problems }) => {
    // A page that the story makes up comes from no address; Chromium would take it for the open internet.
    await context.grantPermissions(['local-network-access']);
    // The same site as the shop, but another origin: exact matters.
    const elsewhere = 'http://localhost:8099';
    const login = await page.request.get(`${world.shop}/login?client=shop`, { maxRedirects: 0 });
    const authorize = login.headers()['location'] ?? '';
    await page.route(`${elsewhere}/`, (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<!doctype html><iframe src="${authorize.replaceAll('&', '&amp;')}"></iframe>`,
      }),
    );
    problems.expect(
      /frame-ancestors|refused to connect|blocked by CORS|ERR_FAILED|ERR_BLOCKED_BY_RESPONSE|403|favicon/i,
    );

    const refused = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'));
    await page.goto(`${elsewhere}/`);
    await refused;
    const parameters = Object.fromEntries(new URL(authorize).searchParams);
    const start = (origin: string): Promise<Response> =>
      fetch(`${world.issuer}/session`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Origin: origin },
        body: JSON.stringify(parameters),
      });
    for (const origin of [elsewhere, 'null', world.shop.replace('localhost', 'LOCALHOST.')]) {
      const answer = await start(origin);
      expect(answer.status, `a page of ${origin} must not start a session`).toBe(403);
      expect(await answer.json()).toMatchObject({ error: 'origin_not_allowed' });
      const readable = answer.headers.get('access-control-allow-origin');
      expect(readable, 'it reads why, where it has an origin').toBe(origin === elsewhere ? elsewhere : null);
    }
    expect((await start(world.shop)).status, 'the registered page may').toBe(201);
  },
);

story(
  'a page that is not registered says so, and the console what to register',
  shows('MISTAKE-ORIGIN'),
  async ({ page, context, world, problems }) => {
    await context.grantPermissions(['local-network-access']);
    const elsewhere = 'http://localhost:8099';
    const login = await page.request.get(`${world.shop}/login?client=shop`, { maxRedirects: 0 });
    const attributes = [...new URL(login.headers()['location'] ?? '').searchParams]
      .map(([name, value]) => `${name.replaceAll('_', '-')}="${value}"`)
      .join(' ');
    await page.route(`${elsewhere}/`, (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<!doctype html><script src="${world.issuer}/widget.js" async></script><beckon-signin ${attributes}></beckon-signin>`,
      }),
    );
    problems.expect(/origin_not_allowed|403|favicon/);
    const told = page.waitForEvent('console', (message) => message.text().includes('origin_not_allowed'));
    await page.goto(`${elsewhere}/`);
    expect((await told).text()).toContain(`add ${elsewhere} to the client's allowed_origins`);
    await expect(page.getByRole('heading', { name: 'Sign-in is not set up for this address' })).toBeVisible();
  },
);
