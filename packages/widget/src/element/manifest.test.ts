/** `custom-elements.json`, which editors and catalogues read, is made of the sources: `vitest -u` writes it anew. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Attribute, CssCustomProperty, CustomElementDeclaration, Event, Package } from 'custom-elements-manifest';
import { parseSync } from 'oxc-parser';
import { expect, expectTypeOf, test, vi } from 'vitest';
import type { BeckonSignInAttributes } from '../react/index.ts';
import { ATTRIBUTES } from './attributes.ts';
import { TAG } from './define.ts';

const SOURCES = join(import.meta.dirname, '..');
const REFERENCE = join(SOURCES, '../../../docs/reference/widget.md');
const MODULE = 'dist/element/index.js';

interface Member {
  readonly name: string;
  readonly type: string;
  readonly description: string;
}

interface Node {
  readonly type?: string;
  readonly start: number;
  readonly end: number;
  readonly name?: string;
  readonly value?: string;
  readonly id?: Node;
  readonly key?: Node;
  readonly typeAnnotation?: Node;
}

/** Every member with a doc comment in the interfaces and types of a file; with `of`, of that one alone. */
function membersOf(file: string, of?: string): readonly Member[] {
  const text = readFileSync(join(SOURCES, file), 'utf8');
  const { program, comments } = parseSync(file, text);
  const found: Member[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, key, typeAnnotation, start } = node as Node;
    if (type === 'TSPropertySignature' && key !== undefined) {
      const comment = comments.findLast((candidate) => candidate.end < start);
      const isItsOwn = comment !== undefined && text.slice(comment.end, start).trim() === '';
      const annotation = text.slice(typeAnnotation?.start, typeAnnotation?.end).replace(/^:\s*|\s*\| undefined$/g, '');
      const description = (comment?.value ?? '').replace(/^\*|\n\s*\*/g, ' ').trim();
      if (isItsOwn) found.push({ name: key.name ?? key.value ?? '', type: annotation, description });
    }
    Object.values(node).forEach(visit);
  };
  const declarations = program.body.map((statement) =>
    'declaration' in statement ? statement.declaration : statement,
  );
  visit(of === undefined ? declarations : declarations.filter((node) => (node as Node | null)?.id?.name === of));
  return found;
}

function attributes(): Attribute[] {
  // What the element says of a property of its own goes before what the component says of it.
  const members = [...membersOf('react/props.ts', 'MarkupProps'), ...membersOf('react/props.ts')];
  return ATTRIBUTES.map((attribute): Attribute => {
    const property = attribute.replaceAll(/-./g, (dashed) => dashed.charAt(1).toUpperCase());
    const member = members.find(({ name }) => name === property);
    if (member === undefined) throw new Error(`${property} has no doc comment in props.ts`);
    const { description, type } = member;
    const [, ...found] = /`(\w+)` \(default\)|Default `(\w+)`/.exec(description) ?? [];
    const standard = found.find((text) => text !== undefined);
    return {
      name: attribute,
      description,
      type: { text: type.replace('boolean', "'true' | 'false'").replace('ConnectorId', 'string') },
      ...(standard !== undefined && { default: standard }),
    };
  });
}

function events(): Event[] {
  return membersOf('events.ts', 'BeckonSignInEvents').map(({ name, description, type }) => ({
    name,
    description,
    type: { text: type },
  }));
}

/** As the reference describes them. */
function cssProperties(): CssCustomProperty[] {
  const rows = readFileSync(REFERENCE, 'utf8').matchAll(/^\| `(--beckon-[\w-]+)` +\|(.*)\|(.*)\|$/gm);
  return [...rows].map(([, name = '', description = '', standard = '']) => ({
    name,
    description: description.trim(),
    default: standard.trim().replaceAll('`', ''),
  }));
}

function manifest(): Package {
  const declaration: CustomElementDeclaration = {
    kind: 'class',
    name: 'BeckonSignIn',
    description: 'A sign-in: the QR code or link of an identity app, what became of it, and what to do next.',
    customElement: true,
    tagName: TAG,
    superclass: { name: 'HTMLElement', package: 'global:' },
    attributes: attributes(),
    events: events(),
    cssProperties: cssProperties(),
  };
  const reference = { name: declaration.name, module: MODULE };
  return {
    schemaVersion: '2.1.0',
    modules: [
      {
        kind: 'javascript-module',
        path: MODULE,
        declarations: [declaration],
        exports: [{ kind: 'custom-element-definition', name: TAG, declaration: reference }],
      },
    ],
  };
}

test('the element can be imported where there is no DOM, as a server that renders pages does', async () => {
  expect(typeof document, 'or this test is not about a server').toBe('undefined');
  vi.resetModules();
  const { define, runningScript } = await import('./index.ts');
  define();
  expect(runningScript).toBeNull();
});

test('custom-elements.json says what the sources say', async () => {
  await expect(`${JSON.stringify(manifest(), null, 2)}\n`).toMatchFileSnapshot('../../custom-elements.json');
});

test('every property that markup can say is an attribute', () => {
  expectTypeOf<keyof BeckonSignInAttributes>().toEqualTypeOf<(typeof ATTRIBUTES)[number]>();
  expect(attributes()).toHaveLength(new Set(ATTRIBUTES).size);
});

test('it has every event, and every custom property that the style sheet reads', () => {
  expect(events().map(({ name }) => name)).toEqual(['beckon-status', 'beckon-complete', 'beckon-step', 'beckon-error']);
  const styles = globSync('theme/*', { cwd: SOURCES })
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(SOURCES, file), 'utf8'))
    .join('\n');
  const read = new Set([...styles.matchAll(/var\(\s*(--beckon-[\w-]+)/g)].map(([, name = '']) => name));
  expect(
    cssProperties()
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual([...read].toSorted());
});
