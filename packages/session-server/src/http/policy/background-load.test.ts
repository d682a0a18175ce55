import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, ISSUER, REQUEST, SHOP_ORIGIN, startHarness } from '../../test-support/harness.ts';
import { type RawResponse, rawRequest, requestText } from '../../test-support/raw-request.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

const JSON_ONLY = 'Accept: application/json';
const PAGE = 'Accept: text/html,application/xhtml+xml,*/*;q=0.8';
const query = new URLSearchParams(REQUEST).toString();
/** Exactly these headers: programs that send requests for us would add their own `Sec-Fetch-Mode`. */
const get = (...headers: readonly string[]): Promise<RawResponse> =>
  rawRequest(harness.port, requestText({ target: `/authorize?${query}`, headers }));
const post = (target: string, body: string, ...headers: readonly string[]): Promise<RawResponse> =>
  rawRequest(harness.port, requestText({ method: 'POST', target, headers, body }));
const fetched = (site: string, mode: string, dest = 'empty'): readonly string[] => [
  `Sec-Fetch-Site: ${site}`,
  `Sec-Fetch-Mode: ${mode}`,
  `Sec-Fetch-Dest: ${dest}`,
];
const FORM = 'Content-Type: application/x-www-form-urlencoded';

describe('FT-A3n: a page of another website starts nothing in the background', () => {
  it.each<[string, readonly string[]]>([
    ['a script that may not read the answer', [JSON_ONLY, ...fetched('cross-site', 'no-cors')]],
    ['a script that wants to read it', [JSON_ONLY, `Origin: ${SHOP_ORIGIN}`, ...fetched('cross-site', 'cors')]],
    ['a script of a neighbour', [JSON_ONLY, ...fetched('same-site', 'no-cors')]],
    ['a picture', ['Accept: image/avif,image/*,*/*;q=0.8', ...fetched('cross-site', 'no-cors', 'image')]],
    ['a script tag', ['Accept: */*', ...fetched('cross-site', 'no-cors', 'script')]],
    ['a style sheet', ['Accept: text/css,*/*;q=0.1', ...fetched('cross-site', 'no-cors', 'style')]],
    ['a prefetch', [PAGE, 'Sec-Purpose: prefetch', ...fetched('cross-site', 'no-cors')]],
    ['what does not say how it is loaded', [JSON_ONLY, 'Sec-Fetch-Site: cross-site']],
    ['a script in an older browser', [JSON_ONLY, 'Origin: https://evil.example']],
    ['a sandboxed script in an older browser', [JSON_ONLY, 'Origin: null']],
  ])('FT-A3n: %s is refused before anything is stored', async (_what, headers) => {
    const before = harness.resting();
    const response = await get(...headers);
    expect(response.status).toBe(403);
    expect(harness.resting(), 'stored').toEqual(before);
  });

  it('FT-A3n: a form that is sent in the background is refused too', async () => {
    const before = harness.resting();
    const headers = [FORM, 'Accept: */*', `Origin: ${SHOP_ORIGIN}`, ...fetched('cross-site', 'no-cors')];
    expect((await post('/authorize', query, ...headers)).status).toBe(403);
    const plain = ['Content-Type: text/plain', `Origin: ${SHOP_ORIGIN}`, ...fetched('cross-site', 'no-cors')];
    expect((await post('/session', JSON.stringify(REQUEST), ...plain)).status, 'POST /session').toBe(415);
    expect(harness.resting(), 'stored').toEqual(before);
  });

  it('says why, in the form that was asked for', async () => {
    const json = await get(JSON_ONLY, ...fetched('cross-site', 'no-cors'));
    expect(JSON.parse(json.body)).toMatchObject({ error: 'origin_not_allowed' });
    const page = await get(PAGE, ...fetched('cross-site', 'no-cors', 'image'));
    expect(page.headers['content-type']).toContain('text/html');
  });
});

describe('people and programs go on', () => {
  it.each<[string, readonly string[], number]>([
    ['a link', [PAGE, ...fetched('cross-site', 'navigate', 'document')], 200],
    ['a frame', [PAGE, ...fetched('cross-site', 'navigate', 'iframe')], 200],
    ['a typed address', [PAGE, ...fetched('none', 'navigate', 'document')], 200],
    ['an older browser', [PAGE], 200],
    ['a program', [JSON_ONLY], 201],
    ['a program that names how it fetches', [JSON_ONLY, 'Sec-Fetch-Mode: cors'], 201],
    ['a script of our own pages', [JSON_ONLY, `Origin: ${ISSUER}`, ...fetched('same-origin', 'cors')], 201],
  ])('%s', async (_what, headers, status) => {
    expect((await get(...headers)).status).toBe(status);
  });

  it('a form of the website', async () => {
    const headers = [FORM, PAGE, `Origin: ${SHOP_ORIGIN}`, ...fetched('cross-site', 'navigate', 'document')];
    expect((await post('/authorize', query, ...headers)).status).toBe(200);
  });
});
