const NAME = 'light-dark(';

/**
 * The sheet for a browser that does not know `light-dark()` (before Chrome 123, Safari 17.5 and Firefox 120): in each place
 * the light value. Without one a colour would be none, and a code on a dark page could not be scanned.
 */
export function lightOnly(css: string): string {
  const start = css.indexOf(NAME);
  if (start === -1) return `${css}.beckon{color-scheme:light!important}`;
  const light = start + NAME.length;
  let comma = 0;
  let end = light;
  for (let depth = 0; depth >= 0 && end < css.length; end += 1) {
    const char = css[end];
    if (char === '(') depth += 1;
    else if (char === ')') depth -= 1;
    else if (char === ',' && depth === 0) comma = end;
  }
  return lightOnly(css.slice(0, start) + css.slice(light, comma) + css.slice(end));
}
