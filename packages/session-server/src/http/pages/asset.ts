import { createHash } from 'node:crypto';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Request, RequestHandler, Response } from 'express';

/** A file that is served as it is: hashed and compressed once, at start. */
export interface Asset {
  readonly type: string;
  readonly etag: string;
  readonly encodings: Readonly<Record<'br' | 'gzip' | 'identity', Buffer>>;
}

export function createAsset(content: string | Buffer, type: string): Asset {
  const identity = Buffer.from(content);
  return {
    type,
    etag: `"${createHash('sha256').update(identity).digest('base64url')}"`,
    encodings: {
      identity,
      gzip: gzipSync(identity, { level: 9 }),
      br: brotliCompressSync(identity, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
    },
  };
}

/** `max_age` in seconds; an asset whose name has its version in it never changes. */
export function serveAsset(
  asset: Asset,
  { max_age, immutable }: { readonly max_age: number; readonly immutable: boolean },
): RequestHandler {
  return (request: Request, response: Response) => {
    const encoding = request.acceptsEncodings('br', 'gzip', 'identity');
    const chosen = encoding === 'br' || encoding === 'gzip' ? encoding : 'identity';
    response.vary('Accept-Encoding');
    response.set({
      'Content-Type': asset.type,
      'Cache-Control': `public, max-age=${max_age}${immutable ? ', immutable' : ''}`,
      // Any page may embed it, also under COEP and with SRI (which asks for CORS).
      'Access-Control-Allow-Origin': '*',
      'Cross-Origin-Resource-Policy': 'cross-origin',
      ETag: asset.etag,
    });
    if (request.fresh) {
      response.status(304).end();
      return;
    }
    if (chosen !== 'identity') response.set('Content-Encoding', chosen);
    response.end(asset.encodings[chosen]);
  };
}
