import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ConnectorIssue, Mark, Picture } from './connector.ts';

/** Bytes. Shown at 40 px, a picture needs far less. */
const LARGEST = 64 * 1024;
/** Pixels on a side. A small file may unpack to gigabytes in the memory of each visitor's browser. */
const LONGEST_SIDE = 1024;
/** A PNG's first bytes, and the name of its first chunk, which has width and height next (PNG §5.2, §11.2.1). */
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const PNG_HEADER = { name: 'IHDR', at: 12, end: 24 };

type Read = { readonly picture: Picture } | { readonly mistake: string };

/** Reads the files that the options name. `mark` is null where there are none, or where one has a mistake. */
export function readMark(given: unknown): { readonly mark: Mark | null; readonly issues: readonly ConnectorIssue[] } {
  if (given === undefined) return { mark: null, issues: [] };
  const issue = (path: string, message: string): ConnectorIssue => ({ path: ['mark', path].join('.'), message });
  if (typeof given !== 'object' || given === null || given instanceof URL)
    return { mark: null, issues: [{ path: 'mark', message: 'must be { light, dark }, each the path of a file' }] };
  const { light, dark = light, ...strange } = given as Readonly<Record<string, unknown>>;
  const read = { light: readPicture(light), dark: readPicture(dark) };
  const issues = [
    ...Object.keys(strange).map((name) => issue(name, 'is not known: mark has light and dark')),
    ...(['light', 'dark'] as const).flatMap((scheme) => {
      const { [scheme]: found } = read;
      // One file that both name is told of once.
      return 'mistake' in found && (scheme === 'light' || dark !== light) ? [issue(scheme, found.mistake)] : [];
    }),
  ];
  const mark =
    issues.length === 0 && 'picture' in read.light && 'picture' in read.dark
      ? { light: read.light.picture, dark: read.dark.picture }
      : null;
  return { mark, issues };
}

function readPicture(file: unknown): Read {
  const path = pathOf(file);
  if (typeof path !== 'string') return path;
  const found = contentOf(path);
  if (!(found instanceof Uint8Array)) return found;
  const isPng = Buffer.from(found.subarray(0, PNG.length)).equals(PNG);
  const mistake = isPng ? pngMistake(Buffer.from(found)) : svgMistake(found);
  return mistake === null ? { picture: { type: isPng ? 'image/png' : 'image/svg+xml', content: found } } : { mistake };
}

function pngMistake(content: Buffer): string | null {
  const { name, at, end } = PNG_HEADER;
  if (content.length < end || content.toString('latin1', at, at + name.length) !== name) return NO_PICTURE;
  const [width, height] = [content.readUInt32BE(end - 8), content.readUInt32BE(end - 4)];
  if (width === 0 || height === 0) return NO_PICTURE;
  return Math.max(width, height) > LONGEST_SIDE
    ? `is ${width} by ${height} pixels large: at most ${LONGEST_SIDE} by ${LONGEST_SIDE}`
    : null;
}

function pathOf(file: unknown): string | { readonly mistake: string } {
  if (file === undefined) return { mistake: 'is not set: write the path of an SVG or PNG file' };
  if (typeof file !== 'string' && !(file instanceof URL))
    return { mistake: 'must be the path of an SVG or PNG file, or its URL' };
  const text = String(file);
  if (/^(?:https?|data):/i.test(text))
    return { mistake: 'must be a file: Beckon serves it itself, so that a browser asks no other server' };
  if (!/^file:/i.test(text)) return text;
  try {
    return fileURLToPath(text);
  } catch {
    return { mistake: 'must be a file: URL of this machine' };
  }
}

function contentOf(path: string): Uint8Array | { readonly mistake: string } {
  try {
    const about = statSync(path);
    if (!about.isFile()) return { mistake: 'is not a file' };
    if (about.size > LARGEST)
      return { mistake: `is ${Math.ceil(about.size / 1024)} KiB large: at most ${LARGEST / 1024} KiB` };
    return readFileSync(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? {
          mistake:
            "names no file: a path is relative to the working directory, new URL('./mark.svg', import.meta.url) to this configuration",
        }
      : { mistake: `could not be read (${code ?? 'unknown'})` };
  }
}

/** Why a browser would show nothing, or less, of this file as a picture; null for nothing. */
function svgMistake(content: Uint8Array): string | null {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return NO_PICTURE;
  }
  // A comment ends at its first `-->`. A pattern that may also end it later tries every way to part many of them.
  const root = /^\s*(?:<\?xml[^>]*\?>\s*|<!--(?:(?!-->)[^])*-->\s*|<!DOCTYPE[^>[]*>\s*)*<svg(\s[^>]*)?>/i.exec(text);
  if (root === null) return NO_PICTURE;
  if (!/xmlns\s*=\s*["']http:\/\/www\.w3\.org\/2000\/svg["']/.test(root[1] ?? ''))
    return 'is an SVG without xmlns="http://www.w3.org/2000/svg": no browser shows it as a picture';
  // It would not run in a picture. A file that has some was not made for this.
  if (/<script|<foreignObject|<!ENTITY|\son[a-z]+\s*=/i.test(text)) return 'must have no script in it';
  if (/(?:href|src)\s*=\s*["'](?!#|data:)|url\(\s*["']?(?!["'#]|data:)|@import/i.test(text))
    return 'must not name other files: a browser loads none for a picture';
  return null;
}

const NO_PICTURE = 'must be an SVG or a PNG file';
