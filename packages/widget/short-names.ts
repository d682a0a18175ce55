/**
 * A build step for the one script: names that nobody outside it reads become short. The keys of
 * the messages, and the classes and custom properties that begin with `bk-` and `--bk-`.
 */
import type { Rolldown } from 'tsdown';
import { en } from './src/messages/en.ts';
import { styleSheet } from './src/theme/style-sheet.ts';

/** Compound ones only: `cancel` may be anything, `cancelledTitle` is a message. */
const KEYS = shortened(
  Object.keys(en).filter((key) => /[A-Z]/.test(key)),
  '$',
);
const PROPERTIES = shortened(styleSheet.match(/--bk-[\w-]+/g) ?? [], '--');
/** Written in parts (`bk-${kind}`), or what whoever drives a browser looks for. */
const KEPT = new Set([
  'bk-primary',
  'bk-secondary',
  'bk-quiet',
  'bk-qr',
  'bk-number',
  'bk-words',
  'bk-choice',
  'bk-refused',
]);
const CLASSES = shortened(
  (styleSheet.match(/(?<![\w-])bk-[\w-]+/g) ?? []).filter((name) => !KEPT.has(name)),
  'b',
);

export function shortNames(): Rolldown.Plugin {
  return {
    name: 'short-names',
    transform: {
      // After the compiler, before bundling: types and comments are gone.
      order: 'post',
      handler(code, id) {
        const path = /[\\/]widget[\\/]src[\\/](.+)$/.exec(id)?.[1]?.replaceAll('\\', '/');
        if (path === undefined) return null;
        if (path === 'messages/en.ts') return code.replace(/^\s*\w+(?=:)/gm, (key) => KEYS.get(key.trim()) ?? key);
        if (path === 'messages/locale.ts') return code.replace(/(?<=messages\.)\w+/g, (key) => KEYS.get(key) ?? key);
        const styled = code
          .replace(/--bk-[\w-]+/g, (name) => PROPERTIES.get(name) ?? name)
          .replace(/(?<![\w-])bk-[\w-]+/g, (name) => CLASSES.get(name) ?? name);
        if (!/^(?:react|frame)\//.test(path)) return path.startsWith('theme/') ? styled : null;
        return styled.replace(/(?<=(["']))\w+(?=\1)/g, (key) => KEYS.get(key) ?? key);
      },
    },
  };
}

/** The same in every build: by the order in which they are written. */
function shortened(names: readonly string[], prefix: string): ReadonlyMap<string, string> {
  return new Map([...new Set(names)].map((name, i) => [name, prefix + i.toString(36)]));
}
