/** Prose as sentences: what the test of language reads. */
import { parseSync, Visitor } from 'oxc-parser';

/** Longer ones are not understood at once by those who read English as a second language. */
export const MOST_WORDS = 30;

/** They hide who acts: the client, the browser, the process, the user, the operator. */
export const HIDDEN_ACTOR: RegExp = /\b(?:whoever|nobody|somebody)\b/i;

/** Full stops of these do not end a sentence. */
const ABBREVIATION = /\b(?:e\.g|i\.e|etc|vs|cf)\./g;
const SENTENCE_END = /(?<=[.!?](?:\*\*|\)|”|"|')*)\s+(?=\S)/;

/** Sentences of a Markdown document: no code blocks, no tables, no HTML. A heading and an item of a list each begin one. */
export function sentencesOf(markdown: string): readonly string[] {
  const blocks: string[] = [];
  let block = '';
  const begin = (text: string): void => {
    blocks.push(block);
    block = text;
  };
  let isCode = false;
  for (const line of markdown.replaceAll(/<!--[\s\S]*?-->/g, '').split('\n')) {
    const isFence = line.trimStart().startsWith('```');
    if (isFence) isCode = !isCode;
    if (isFence || isCode || /^\s*(?:$|\||<)/.test(line)) begin('');
    else if (/^\s*(?:#|[-*]\s|\d+\.\s|>)/.test(line)) begin(line.trim().replace(/^(?:#+|[-*]|\d+\.|>)\s*/, ''));
    else block = `${block} ${line.trim()}`.trim();
  }
  begin('');
  return blocks.flatMap((text) => split(text));
}

/** A text without structure, such as a label, as sentences. */
export function split(text: string): readonly string[] {
  return text
    .replaceAll(ABBREVIATION, (abbreviation) => abbreviation.replaceAll('.', '․'))
    .split(SENTENCE_END)
    .map((sentence) => sentence.replaceAll('․', '.').trim())
    .filter((sentence) => sentence !== '');
}

/** A code span counts as one word, and so does a link's target as none. */
export function wordsIn(sentence: string): number {
  const readable = sentence
    .replaceAll(/`[^`]*`/g, 'code')
    .replaceAll(/\]\([^)]*\)/g, ']')
    .replaceAll(/\s*\((?:code(?:, code)*)\)/g, '');
  return readable.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

/** What is written for people in a source file. */
export interface Written {
  readonly comments: readonly string[];
  /** String literals, templates (an expression in one reads `x`) and the text of JSX, where they hold more than a word. */
  readonly copy: readonly string[];
}

/** @throws Error naming the file when it does not parse. */
export function writtenIn(path: string, text: string): Written {
  const { program, comments, errors } = parseSync(path, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${path}: ${error.message}`);
  const copy: string[] = [];
  const add = (value: string): void => {
    if (/\S\s+\S/.test(value)) copy.push(value);
  };
  new Visitor({
    Literal: (node) => {
      if (typeof node.value === 'string') add(node.value);
    },
    TemplateLiteral: (node) => add(node.quasis.map(({ value }) => value.cooked ?? value.raw).join('x')),
    JSXText: (node) => add(node.value),
  }).visit(program);
  return {
    comments: comments.map(({ value }) => value.replaceAll(/^\s*\*+/gm, '')),
    copy,
  };
}

/** A rule of a style sheet, or a drawing. */
const NO_PROSE = /[;{]\s*\}|^M[\d.]/;

/** A label, or a page's HTML, as sentences: an element that begins a line of its own ends a sentence. */
export function sentencesOfCopy(copy: string): readonly string[] {
  if (NO_PROSE.test(copy)) return [];
  return copy
    .replaceAll(
      /<\/?(?:p|h\d|li|ol|ul|div|button|label|td|tr|th|dd|dt|dl|main|header|footer|title|form)\b[^>]*>/g,
      '\n\n',
    )
    .replaceAll(/<[^>]*>/g, '')
    .split(/\n\s*\n/)
    .flatMap((block) => split(block.trim()));
}
