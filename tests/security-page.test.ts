import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { REQUIREMENTS } from '../e2e/requirements.ts';
import { GUARANTEES } from './guarantees.ts';

/** What docs/security.md promises, held against the tests that show it. */
const PAGE = readFileSync(join(import.meta.dirname, '../docs/security.md'), 'utf8');
const KNOWN: object = { ...REQUIREMENTS, ...GUARANTEES };

/** Words that promise something for every case. */
const STRONG = /\b(?:never|only|always)\b/i;
/** A test's id, as the page cites it: in code, `FT-A4a`. */
const CITATION = /`((?:[A-Z][A-Z0-9]*-)+[A-Z0-9]+[a-z]?)`/g;
/** A citation that is not in code is none that this test reads. */
const BARE = /\b(?:FT|SEC)-[A-Z0-9]/;
/** Full stops within a quotation do not end the sentence that quotes. */
const QUOTATION = /“[^”]*”/g;
const SENTENCE_END = /(?<=[.!?](?:\*\*|\)|”)*)\s+(?=\S)/;

/** The page's sentences; a heading, a row of a table and an item of a list each begin one. */
function sentences(page: string): readonly string[] {
  const blocks: string[] = [];
  let block = '';
  let isCode = false;
  const begin = (text: string): void => {
    blocks.push(block);
    block = text;
  };
  for (const line of page.split('\n')) {
    const isFence = line.trimStart().startsWith('```');
    if (isFence) isCode = !isCode;
    if (isFence || isCode || line.trim() === '') begin('');
    else if (/^\s*(?:#|\||[-*]\s|\d+\.\s)/.test(line)) begin(line.trim());
    else block = `${block} ${line.trim()}`.trim();
  }
  begin('');
  return blocks.flatMap((text) => (text.startsWith('|') ? [text] : splitOutsideQuotations(text)));
}

function splitOutsideQuotations(text: string): readonly string[] {
  const quotations = text.match(QUOTATION) ?? [];
  let next = 0;
  return text
    .replaceAll(QUOTATION, '“”')
    .split(SENTENCE_END)
    .map((sentence) => sentence.replaceAll('“”', () => quotations[next++] ?? ''));
}

/** What a sentence says, without its code and without where its links lead. */
function wordsOf(sentence: string): string {
  return sentence.replaceAll(/`[^`]*`/g, '').replaceAll(/\]\([^)]*\)/g, ']');
}

function cited(text: string): readonly string[] {
  return [...text.matchAll(CITATION)].map(([, id = '']) => id);
}

function uncited(page: string): readonly string[] {
  return sentences(page).filter((sentence) => STRONG.test(wordsOf(sentence)) && cited(sentence).length === 0);
}

function unknown(page: string): readonly string[] {
  return cited(page).filter((id) => !Object.hasOwn(KNOWN, id));
}

it('FT-A13: every sentence with "never", "only" or "always" cites the test that holds it', () => {
  const planted =
    'It holds (`FT-A4a`). It never\nfails.\n\n- “Only here. Not there.” says so (`FT-A4a`).\n\n| only | here |';
  expect(uncited(planted), 'or this test reads nothing').toEqual(['It never fails.', '| only | here |']);
  expect(uncited(PAGE)).toEqual([]);
});

it('FT-A13: every cited id is a guarantee or a requirement', () => {
  expect(unknown('It holds (`FT-A4a`, `FT-Z9`).'), 'or this test reads nothing').toEqual(['FT-Z9']);
  expect(cited(PAGE).length, 'or the page cites in a way that this test cannot read').toBeGreaterThan(20);
  expect(unknown(PAGE)).toEqual([]);
  const forThisPage = Object.keys(GUARANTEES).filter((id) => id.startsWith('SEC-'));
  expect(forThisPage.filter((id) => !cited(PAGE).includes(id))).toEqual([]);
  expect(sentences(PAGE).filter((sentence) => BARE.test(wordsOf(sentence)))).toEqual([]);
});
