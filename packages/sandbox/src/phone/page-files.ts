import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RequestHandler, Router } from 'express';
import { onlyMethods } from '../http/answer.ts';
import { SandboxError } from '../http/errors.ts';

/**
 * Logos come as `data:` or from the client's own server, which on a developer's machine may be
 * plain http. Pictures that are to be scanned are `blob:`. The rest is the sandbox's own.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data: blob: https: http://localhost:* http://127.0.0.1:*",
  "media-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const FILES = ['page.js', 'phone.css', 'home.css', 'consent.css', 'outcome.css', 'icon.svg'];

// Built, the page lies beside the script that holds this module; in the sources it is this
// module's neighbour, all but `page.js`, which only a build makes.
const built = join(import.meta.dirname, 'phone');
const sources = join(import.meta.dirname, 'page');
const fromSources = join(import.meta.dirname, '..', '..', 'dist', 'phone');

/** Serves the phone's page: no script or style is inside the document. */
export function mountPage(router: Router): void {
  router.route('/').get(serve('phone.html')).all(onlyMethods('GET'));
  for (const file of FILES) router.route(`/${file}`).get(serve(file)).all(onlyMethods('GET'));
}

function serve(file: string): RequestHandler {
  const found = [built, sources, fromSources].map((folder) => join(folder, file)).find((path) => existsSync(path));
  return (req, res, next) => {
    if (found === undefined) throw new SandboxError('not_found', `${file}: build the sandbox first`);
    res.set({
      'Cache-Control': 'no-cache',
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Permissions-Policy': 'camera=(self), display-capture=(self), microphone=(), geolocation=()',
    });
    res.sendFile(found, { cacheControl: false }, (error) => {
      // A browser that went elsewhere before it had all is no failure.
      if (error !== undefined && !req.socket.destroyed) next(error);
    });
  };
}
