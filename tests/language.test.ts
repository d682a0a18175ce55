import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HIDDEN_ACTOR, MOST_WORDS, sentencesOf, sentencesOfCopy, wordsIn, writtenIn } from './prose.ts';

const ROOT = join(import.meta.dirname, '..');
const DOCUMENTS = globSync(['*.md', 'docs/**/*.md'], { cwd: ROOT }).toSorted();
/** Files whose text people read on a screen. */
const COPY = globSync(
  [
    'packages/widget/src/messages/en.ts',
    'packages/session-server/src/http/pages/*.ts',
    'packages/session-server/src/config/*.ts',
    'packages/sandbox/src/http/html.ts',
    'packages/sandbox/src/phone/page/*.ts',
    'examples/web/src/pages/*.ts',
  ],
  { cwd: ROOT, exclude: ['**/*.test.ts'] },
).toSorted();
const SOURCES = globSync(
  [
    'packages/*/*.ts',
    'packages/*/src/**/*.{ts,tsx}',
    'examples/*/src/**/*.{ts,tsx}',
    'examples/*/*.ts',
    'e2e/**/*.ts',
    'tests/**/*.ts',
    'scripts/**/*.ts',
    'bench/**/*.ts',
  ],
  { cwd: ROOT, exclude: ['**/node_modules/**', '**/dist/**'] },
).toSorted();

/** The words themselves are written where they are looked for. */
const ABOUT_THE_WORDS = new Set(['tests/language.test.ts', 'tests/prose.ts']);
/** Files that still hide who acts. The list may only become shorter: one that needs no place in it fails the test. */
const STILL_HIDE_ACTORS: readonly string[] = [];

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

function tooLong(sentences: readonly string[]): readonly string[] {
  return sentences.filter((sentence) => wordsIn(sentence) > MOST_WORDS);
}

function hidesActors(file: string): boolean {
  const source = read(file);
  // Most files have none of the words, not even in a name: reading a file as a program takes a while.
  if (!HIDDEN_ACTOR.test(source)) return false;
  const { comments, copy } = writtenIn(file, source);
  return [...comments, ...copy].some((text) => HIDDEN_ACTOR.test(text));
}

describe('sentences are short', () => {
  const words = (count: number): string => Array.from({ length: count }, () => 'word').join(' ');

  it('or this test reads nothing', () => {
    expect(tooLong(sentencesOf(`# A\n\nOne. ${words(31)}.\n\n- ${words(30)}\n- ${words(32)}`))).toHaveLength(2);
    expect(tooLong(sentencesOf(`| ${words(40)} |\n\n\`\`\`ts\n${words(40)}\n\`\`\``)), 'tables and code').toEqual([]);
    expect(tooLong(sentencesOf(`<!-- given:\n${words(40)}\n-->`)), 'what a block takes for granted').toEqual([]);
    expect(tooLong(sentencesOf(`${words(29)} \`a b c\` [${words(1)}](a-b)`)), 'code is one word').toHaveLength(1);
    expect(tooLong(sentencesOfCopy(`<p>${words(30)}</p><p>${words(30)}</p> ${words(31)}`))).toHaveLength(1);
  });

  it.each(DOCUMENTS)('%s', (file) => {
    expect(tooLong(sentencesOf(read(file)))).toEqual([]);
  });

  it.each(COPY)('%s', (file) => {
    expect(tooLong(writtenIn(file, read(file)).copy.flatMap(sentencesOfCopy))).toEqual([]);
  });
});

describe('a sentence names who acts', () => {
  it('or this test reads nothing', () => {
    const { comments, copy } = writtenIn(
      'a.tsx',
      "/** Nobody\n * acts. */\nconst a = [`no ${1}body`, 'one', 'a b', <p>c d</p>];",
    );
    expect(comments).toEqual([' Nobody\n acts. ']);
    expect(copy).toEqual(['no xbody', 'a b', 'c d']);
    expect(HIDDEN_ACTOR.test(comments[0] ?? '')).toBe(true);
  });

  it.each(DOCUMENTS)('%s', (file) => {
    expect(read(file).match(HIDDEN_ACTOR)).toBeNull();
  });

  it('in comments, test names, errors and copy', () => {
    const hiding = SOURCES.filter((file) => !ABOUT_THE_WORDS.has(file) && hidesActors(file));
    expect(hiding).toEqual(STILL_HIDE_ACTORS);
  });
});
