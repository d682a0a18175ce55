/** Prose as sentences: what the test of language reads. */

/** Longer ones are not understood at once by those who read English as a second language. */
export const MOST_WORDS = 30;

/** They hide who acts: the client, the browser, the process, the user, the operator. */
export const HIDDEN_ACTOR: RegExp = /\b(?:whoever|nobody|somebody)\b/i;

/** Full stops of these do not end a sentence. */
const ABBREVIATION = /\b(?:e\.g|i\.e|etc|vs|cf)\./g;
const SENTENCE_END = /(?<=[.!?](?:\*\*|\)|”|"|')*)\s+(?=\S)/;

/** Sentences of a Markdown document: no code blocks, no tables, no HTML, no front matter. A heading and an item of a list each begin one. */
export function sentencesOf(markdown: string): readonly string[] {
  const blocks: string[] = [];
  let block = '';
  const begin = (text: string): void => {
    blocks.push(block);
    block = text;
  };
  let isCode = false;
  for (const line of markdown.split('\n')) {
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
