import type { Identity } from './identity.ts';

/** Parts of a name that are shown: enough to recognise one's own. */
const MOST_PARTS = 4;
/** Code points of one letter that are shown; a letter can carry any number of marks. */
const MOST_CODE_POINTS = 8;

const LETTERS = new Intl.Segmenter('und', { granularity: 'grapheme' });

/**
 * A person's name as another person may see it: the first letter of each part, `A… L…`. Null where
 * the provider gave no name: an e-mail address or a number would say more than an initial does.
 *
 * A letter is what a reader takes for one (UAX #29). Nothing else gets in, so that the result has no
 * control characters, and none that turn the direction of the text around it.
 */
export function maskedName({ claims }: Pick<Identity, 'claims'>): string | null {
  const whole = [claims['given_name'], claims['family_name']].filter((part) => initialsOf(part).length > 0);
  const named = whole.length > 0 ? whole : [claims['name']];
  const initials = named.flatMap(initialsOf).slice(0, MOST_PARTS);
  return initials.length === 0 ? null : initials.map((initial) => `${initial}…`).join(' ');
}

function initialsOf(name: unknown): readonly string[] {
  if (typeof name !== 'string') return [];
  return name.split(/\s+/u).flatMap((part) => {
    for (const { segment } of LETTERS.segment(part)) {
      if (/\p{L}/u.test(segment)) return [Array.from(segment).slice(0, MOST_CODE_POINTS).join('')];
    }
    return [];
  });
}
