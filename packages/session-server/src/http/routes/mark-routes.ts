import { type RequestHandler, Router } from 'express';
import { createAsset, serveAsset } from '../pages/asset.ts';
import { requireMethod } from '../input/methods.ts';

/** The pictures of identity apps lie under it, named by their content. */
export const MARKS_PATH = '/marks';

/** A file as the operator gave it: it was checked to be one of these. */
export interface MarkFile {
  readonly type: 'image/svg+xml' | 'image/png';
  readonly content: Uint8Array;
}

/** They change while the server runs. */
export interface MarkFiles {
  /** @param name what follows `/marks/` */
  file(name: string): MarkFile | undefined;
}

const IMMUTABLE = { max_age: 31_536_000, immutable: true };

/** An SVG is a document when it is opened by itself: then it runs nothing, loads nothing and has an origin of its own. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/** The pictures of identity apps, for `<img>` on any page. */
export function markRoutes(files: MarkFiles): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const handlers = new WeakMap<MarkFile, RequestHandler>();
  const handlerOf = (file: MarkFile): RequestHandler => {
    const known = handlers.get(file);
    if (known !== undefined) return known;
    const handler = serveAsset(createAsset(Buffer.from(file.content), file.type), IMMUTABLE);
    handlers.set(file, handler);
    return handler;
  };
  router
    .route(`${MARKS_PATH}/:name`)
    .get((request, response, next) => {
      const file = files.file(request.params.name);
      if (file === undefined) return next('route');
      response.set('Content-Security-Policy', POLICY);
      return handlerOf(file)(request, response, next);
    })
    .all(requireMethod('GET'));
  return router;
}
