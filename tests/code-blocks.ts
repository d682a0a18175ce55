/** The TypeScript of documents, as files that a compiler reads. */

export interface CodeBlock {
  readonly document: string;
  /** Of the opening fence, from 1. */
  readonly line: number;
  readonly language: 'ts' | 'tsx';
  /** What the document leaves out: an HTML comment `<!-- given: … -->` right before the fence, which a reader does not see. */
  readonly given: string;
  readonly code: string;
  /** The fence says ```` ```ts fragment ````: it is no program. */
  readonly isFragment: boolean;
}

/** A fence alone on its line, in a list or not; a comment may stand before it. */
const BLOCK = /(?:<!-- given:\s*([\s\S]*?)-->\s*)?^( *)```(tsx?)(?: +(fragment))?\n([\s\S]*?)^ *```$/gm;

export function codeBlocks(document: string, markdown: string): readonly CodeBlock[] {
  return [...markdown.matchAll(BLOCK)].map((match) => {
    const [whole, given = '', indent = '', language, fragment, code = ''] = match;
    const before = markdown.slice(0, match.index + whole.length - code.length - indent.length - '```'.length);
    return {
      document,
      line: before.split('\n').length - 1,
      language: language === 'tsx' ? 'tsx' : 'ts',
      given: given.trim(),
      code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      isFragment: fragment !== undefined,
    };
  });
}

/** A block as a module, and the line of the document that its line `n` (from 1) is. */
export function asModule(block: CodeBlock): { readonly text: string; lineInDocument(n: number): number } {
  const before = block.given === '' ? [] : block.given.split('\n');
  return {
    text: [...before, block.code, 'export {};', ''].join('\n'),
    lineInDocument: (n) => block.line + Math.max(0, n - before.length),
  };
}
