import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from '../../test-support/harness.ts';

/** As browsers ask for a page. */
const PAGE = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());
const get = (path: string, accept: string, method = 'GET'): Promise<Response> =>
  fetch(harness.url + path, { method, headers: { accept } });

describe('FT-C3e: a browser at an address of no page', () => {
  it.each<[string, number, string]>([
    ['/', 200, 'Sign-in server'],
    ['/nothing', 404, 'There is nothing here'],
    ['/session/AAAA/nothing', 404, 'There is nothing here'],
  ])('%s: %i, a page', async (path, status, title) => {
    const response = await get(path, PAGE);
    expect({ status: response.status, type: response.headers.get('content-type') }).toEqual({
      status,
      type: 'text/html; charset=utf-8',
    });
    expect(response.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(await response.text()).toContain(`<h1>${title}</h1>`);
  });

  it('repeats nothing of the address', async () => {
    expect(await (await get('/%3Cscript%3Ealert(1)', PAGE)).text()).not.toContain('alert');
  });

  it.each([
    ['/', '*/*', 'GET'],
    ['/', 'application/json', 'GET'],
    ['/nothing', '*/*', 'GET'],
    ['/nothing', PAGE, 'POST'],
  ])('%s for %s by %s is the error as ever', async (path, accept, method) => {
    const response = await get(path, accept, method);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: 'invalid_request', request_id: expect.any(String) as string });
  });

  it('our pages have an icon of their own', async () => {
    expect(await (await get('/', PAGE)).text()).toContain('href="/favicon.svg"');
    const icon = await get('/favicon.svg', 'image/*');
    expect({ status: icon.status, type: icon.headers.get('content-type') }).toEqual({
      status: 200,
      type: 'image/svg+xml',
    });
  });
});
