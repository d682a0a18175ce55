import { registerHooks } from 'node:module';

/** Marks a module's URL, so that Node reads it anew; its cache has each URL once. */
const MARK = 'beckon-reading';
const MARKED = new RegExp(`[?&]${MARK}=(\\d+)$`);
let isHooked = false;

/**
 * The URL under which Node reads an ES module again, and those that it imports by relative paths. Packages stay as they
 * are, and so do CommonJS modules.
 */
export function readAnew(url: string, reading: number): string {
  if (!isHooked) hookIn();
  isHooked = true;
  return marked(url, reading);
}

function hookIn(): void {
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      const [, reading] = MARKED.exec(context.parentURL ?? '') ?? [];
      if (reading === undefined || !/^\.{0,2}\//.test(specifier)) return resolved;
      return { ...resolved, url: marked(resolved.url, Number(reading)) };
    },
  });
}

function marked(url: string, reading: number): string {
  return `${url}${url.includes('?') ? '&' : '?'}${MARK}=${reading}`;
}
