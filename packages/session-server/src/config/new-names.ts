/** What a former name ended with, and what stands for it today. */
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/_s$/, 'Seconds'],
  [/_ms$/, 'Milliseconds'],
  [/_mb$/, 'Mebibytes'],
];

/** Names that became another word. */
const OTHER_WORDS: Readonly<Record<string, string>> = { name: 'names' };

/** The setting that an unknown key was, or was meant to be; null where no known name has its letters. */
export function newNameOf(key: string, known: readonly string[]): string | null {
  const other = Object.hasOwn(OTHER_WORDS, key) ? OTHER_WORDS[key] : undefined;
  return known.find((name) => name === other || lettersOf(name) === lettersOf(key)) ?? null;
}

function lettersOf(name: string): string {
  const written = UNITS.reduce((text, [unit, word]) => text.replace(unit, word), name);
  return written.replaceAll('_', '').toLowerCase();
}

/** One wrong letter is allowed for each three of a name. */
const LETTERS_PER_MISTAKE = 3;
/** Most wrong letters in a name of any length. */
const MOST_MISTAKES = 3;

/** The known name that was probably meant by an unknown one; null where none is near. */
export function nearestOf(key: string, known: readonly string[]): string | null {
  const most = Math.min(MOST_MISTAKES, Math.floor(key.length / LETTERS_PER_MISTAKE));
  const near = known
    .map((name) => ({ name, distance: distanceOf(key.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= most)
    .toSorted((a, b) => a.distance - b.distance);
  return near[0]?.name ?? null;
}

/** How many letters must be put in, taken out or replaced to make one word of the other (Levenshtein). */
function distanceOf(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 0; i < a.length; i += 1) {
    const row = [i + 1];
    for (let j = 0; j < b.length; j += 1)
      row.push(Math.min((row[j] ?? 0) + 1, (above[j + 1] ?? 0) + 1, (above[j] ?? 0) + (a[i] === b[j] ? 0 : 1)));
    above = row;
  }
  return above[b.length] ?? 0;
}
