import { decode } from './decode.ts';

/** A picture may be at most this large, in bytes. */
const LIMIT_BYTES = 20 * 1024 * 1024;

export type PictureResult =
  | { readonly found: 'code'; readonly text: string }
  | { readonly found: 'nothing' | 'no_picture' | 'too_large' };

/** Looks for a QR code in a picture file, at several sizes. */
export async function readPicture(file: Blob): Promise<PictureResult> {
  if (file.size > LIMIT_BYTES) return { found: 'too_large' };
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const frame = { source: image, width: image.naturalWidth, height: image.naturalHeight };
    for (const scale of [1, 0.5, 2, 0.25]) {
      const text = decode(frame, scale, 'thorough');
      if (text !== null) return { found: 'code', text };
    }
    return { found: 'nothing' };
  } catch {
    return { found: 'no_picture' };
  } finally {
    URL.revokeObjectURL(url);
  }
}
