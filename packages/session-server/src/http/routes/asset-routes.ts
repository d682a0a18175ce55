import { type RequestHandler, Router } from 'express';
import { createAsset, serveAsset } from '../pages/asset.ts';
import { requireMethod } from '../input/methods.ts';
import { SANDBOX_PHONE_PATH, SANDBOX_PHONE_SCRIPT } from '../pages/sandbox-phone.ts';
import { STYLE } from '../pages/style.ts';
import type { WidgetFiles } from '../pages/widget-files.ts';

/** How long a browser may use the loader without asking again, in seconds: an update reaches everybody this soon. */
const WIDGET_MAX_AGE_S = 300;
const IMMUTABLE_MAX_AGE_S = 31_536_000;

/** What the sign-in page loads where the server links to the sandbox's phone. */
export function sandboxPhoneRoutes(): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const script = createAsset(SANDBOX_PHONE_SCRIPT, 'text/javascript; charset=utf-8');
  router
    .route(SANDBOX_PHONE_PATH)
    .get(serveAsset(script, { max_age: 0, immutable: false }))
    .all(requireMethod('GET'));
  return router;
}

/** The widget's script with all that it is made of, and our pages' style. */
export function assetRoutes(widget: WidgetFiles): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const serve = (path: string, handler: RequestHandler): void => {
    router.route(path).get(handler).all(requireMethod('GET'));
  };
  for (const [name, content] of widget.files) {
    const isLoader = name === widget.loader;
    const asset = createAsset(content, 'text/javascript; charset=utf-8');
    // All but the loader have their version or a hash of their content in their name.
    const max_age = isLoader ? WIDGET_MAX_AGE_S : IMMUTABLE_MAX_AGE_S;
    serve(`/${name}`, serveAsset(asset, { max_age, immutable: !isLoader }));
  }
  const style = createAsset(STYLE, 'text/css; charset=utf-8');
  serve('/beckon.css', serveAsset(style, { max_age: WIDGET_MAX_AGE_S, immutable: false }));
  return router;
}
