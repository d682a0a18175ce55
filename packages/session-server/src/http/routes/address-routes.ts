import { type Request, type Response, Router } from 'express';
import { HttpError } from '../http-error.ts';
import { requireMethod } from '../input/methods.ts';
import { ICON, nothingPage, rootPage } from '../pages/address-pages.ts';
import { createAsset, serveAsset } from '../pages/asset.ts';
import { pagePolicy } from '../policy/headers.ts';

const ICON_MAX_AGE_S = 86_400;
const PAGE_HEADERS = { 'Content-Security-Policy': pagePolicy() };

/**
 * The server's own address and every one that leads nowhere: a browser gets a page, any other caller the error.
 * Comes after all other routes.
 */
export function addressRoutes(issuer: string): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const { host } = new URL(issuer);
  const icon = createAsset(Buffer.from(ICON), 'image/svg+xml');
  router
    .route('/favicon.svg')
    .get(serveAsset(icon, { max_age: ICON_MAX_AGE_S, immutable: false }))
    .all(requireMethod('GET'));
  router.use((request, response) => {
    if (!isBrowser(request)) throw new HttpError('invalid_request', 'there is nothing at this path', 404);
    const isRoot = request.path === '/';
    send(response, isRoot ? 200 : 404, isRoot ? rootPage(host) : nothingPage(host));
  });
  return router;
}

/** Whether a person looks at the answer: it is asked for as a page, by name. */
function isBrowser(request: Request): boolean {
  return (request.method === 'GET' || request.method === 'HEAD') && request.accepts(['json', 'html']) === 'html';
}

function send(response: Response, status: number, html: string): void {
  response.status(status).set(PAGE_HEADERS).type('html').send(html);
}
