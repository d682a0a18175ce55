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
