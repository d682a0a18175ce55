import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Request, RequestHandler, Response } from 'express';

type Encoding = 'br' | 'gzip' | 'identity';

/** A file that is served as it is: hashed at start, and compressed when it is first asked for so. */
export interface Asset {
  readonly type: string;
  readonly etag: string;
  readonly encoded: (encoding: Encoding) => Promise<Buffer>;
}

const COMPRESS: Readonly<Record<Encoding, (content: Buffer) => Promise<Buffer>>> = {
  identity: (content) => Promise.resolve(content),
  gzip: (content) => promisify(gzip)(content, { level: 9 }),
  br: (content) => promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
};

export function createAsset(content: string | Buffer, type: string): Asset {
  // Of a buffer no copy is made: the script's files would be in memory twice.
  const identity = typeof content === 'string' ? Buffer.from(content) : content;
  const compressed = new Map<Encoding, Promise<Buffer>>();
  return {
    type,
    etag: `"${createHash('sha256').update(identity).digest('base64url')}"`,
    encoded(encoding) {
      const known = compressed.get(encoding) ?? COMPRESS[encoding](identity);
      compressed.set(encoding, known);
      return known;
    },
  };
}

/** `max_age` in seconds; an asset whose name has its version in it never changes. */
export function serveAsset(
  asset: Asset,
  { max_age, immutable }: { readonly max_age: number; readonly immutable: boolean },
): RequestHandler {
  return async (request: Request, response: Response) => {
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
    const body = await asset.encoded(chosen);
    if (chosen !== 'identity') response.set('Content-Encoding', chosen);
    response.end(body);
  };
}
