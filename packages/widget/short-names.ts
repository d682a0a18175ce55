/**
 * A build step for the one script: names that nobody outside it reads become short. The keys of
 * the messages, wherever they are written, and the custom properties that begin with `--bk-`.
 */
import type { Rolldown } from 'tsdown';
import { en } from './src/messages/en.ts';

/** Compound ones only: `cancel` may be anything, `cancelledTitle` is a message. */
const KEYS = new Map(
  Object.keys(en)
    .filter((key) => /[A-Z]/.test(key))
    .map((key, i) => [key, `$${i.toString(36)}`]),
);

export function shortNames(): Rolldown.Plugin {
  const properties = new Map<string, string>();
  return {
    name: 'short-names',
    transform: {
      // After the compiler, before bundling: types and comments are gone.
      order: 'post',
      handler(code, id) {
        if (/[\\/]theme[\\/](?:style-sheet|tokens)\.ts$/.test(id)) {
          return code.replace(/--bk-([\w-]+)/g, (name) => {
            if (!properties.has(name)) properties.set(name, `--${properties.size.toString(36)}`);
            return properties.get(name)!;
          });
        }
        if (/[\\/]messages[\\/]en\.ts$/.test(id))
          return code.replace(/^(\s*)(\w+)(?=:)/gm, (_, space: string, key: string) => space + (KEYS.get(key) ?? key));
        if (/[\\/]messages[\\/]locale\.ts$/.test(id))
          return code.replace(/(?<=messages\.)\w+/g, (key) => KEYS.get(key) ?? key);
        if (!/[\\/]src[\\/]react[\\/]/.test(id)) return null;
        return code.replace(/(["'])(\w+)\1/g, (text, quote: string, key: string) =>
          KEYS.has(key) ? quote + KEYS.get(key)! + quote : text,
        );
      },
    },
  };
}
