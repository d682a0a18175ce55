import { Router } from 'express';
import { createAsset, serveAsset } from '../pages/asset.ts';
import { requireMethod } from '../input/methods.ts';
import { STYLE } from '../pages/style.ts';

/** How long a browser may use the widget without asking again, in seconds: an update reaches everybody this soon. */
const WIDGET_MAX_AGE_S = 300;
const IMMUTABLE_MAX_AGE_S = 31_536_000;

/** The widget's script, by its plain name and by its version (for subresource integrity), and our pages' style. */
export function assetRoutes(widget: { readonly script: Buffer; readonly version: string }): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const script = createAsset(widget.script, 'text/javascript; charset=utf-8');
  const style = createAsset(STYLE, 'text/css; charset=utf-8');
  router
    .route('/widget.js')
    .get(serveAsset(script, { max_age: WIDGET_MAX_AGE_S, immutable: false }))
    .all(requireMethod('GET'));
  router
    .route(`/widget-${widget.version}.js`)
    .get(serveAsset(script, { max_age: IMMUTABLE_MAX_AGE_S, immutable: true }))
    .all(requireMethod('GET'));
  router
    .route('/beckon.css')
    .get(serveAsset(style, { max_age: WIDGET_MAX_AGE_S, immutable: false }))
    .all(requireMethod('GET'));
  return router;
}
