import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/** Where a text reads a member of a document, or of what may be one, by its name: `document.body`, `x.ownerDocument.head`. */
function readsOf(file: string, text: string): readonly string[] {
  const found: string[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if (isMember(node) && isDocument(node.object)) found.push(`${file}: ${text.slice(node.start, node.end)}`);
    Object.values(node).forEach(visit);
  };
  visit(parseSync(file, text).program);
  return found;
}

interface Node {
  readonly type?: unknown;
  readonly name?: unknown;
  readonly start: number;
  readonly end: number;
  readonly object?: Node;
  readonly property?: Node;
  readonly callee?: Node;
  readonly expression?: Node;
}

function isMember(node: object): node is Node & { readonly object: Node } {
  return (node as Node).type === 'MemberExpression';
}

function isDocument(node: Node): boolean {
  if (node.expression !== undefined) return isDocument(node.expression);
  const name = node.type === 'Identifier' ? node.name : (node.callee ?? node).property?.name;
  return name === 'document' || name === 'ownerDocument' || name === 'getRootNode';
}

describe('the widget and the page that hosts it', () => {
  it('FT-A1c: nothing is read of a document by a name that markup can take', () => {
    const files = globSync('packages/widget/src/**/*.{ts,tsx}', { cwd: ROOT }).filter(
      (file) => !/\.test\.tsx?$|\/fake-[\w-]+\.ts$/.test(file),
    );
    expect(files.length).toBeGreaterThan(50);
    expect(files.flatMap((file) => readsOf(file, readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
  });

  it.each([
    'document.currentScript',
    'self.document.referrer',
    'container.ownerDocument.defaultView',
    '(element.getRootNode() as Document).activeElement',
    'document?.visibilityState',
    'document!.body.append(x)',
  ])('finds %s', (text) => {
    expect(readsOf('planted.ts', text)).not.toEqual([]);
  });

  it.each(["own(document, 'body')", "own(element.getRootNode() as Document, 'activeElement')", 'self.location.origin'])(
    'lets %s be',
    (text) => {
      expect(readsOf('planted.ts', text)).toEqual([]);
    },
  );
});
