import { type DefaultTreeAdapterTypes, html as dom, parse } from 'parse5';

/** A form as it stands in a page. */
export interface Form {
  readonly method: 'get' | 'post';
  /** Absolute. */
  readonly action: string;
  /** What is sent whatever is pressed: hidden and filled-in fields, checked boxes. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** Names of the fields that can be filled in. */
  readonly inputs: readonly string[];
  readonly buttons: readonly Button[];
}

export interface Button {
  /** Null sends nothing of its own. */
  readonly name: string | null;
  readonly value: string;
  readonly label: string;
}

export interface Link {
  /** Absolute. */
  readonly href: string;
  readonly label: string;
}

/** What a person finds on a page. */
export interface Contents {
  /** Of the first `title`; empty when there is none. */
  readonly title: string;
  readonly forms: readonly Form[];
  readonly links: readonly Link[];
}

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

/** Inputs that send nothing, whatever they are called. */
const IDLE = new Set(['button', 'reset', 'image']);

/**
 * Reads a page as a browser without script does. Of forms it knows inputs and buttons, which lie inside
 * them: no `form` attribute, no `select`, no `textarea`.
 */
export function readPage(html: string, url: string): Contents {
  const elements = elementsIn(documentOf(html));
  const named = (name: string): readonly Element[] => elements.filter(({ tagName }) => tagName === name);
  return {
    title: named('title').map(textOf)[0] ?? '',
    forms: named('form').map((form) => formOf(form, url)),
    links: named('a').flatMap((link) => {
      const href = attribute(link, 'href');
      return href !== null && URL.canParse(href, url) ? [{ href: new URL(href, url).href, label: textOf(link) }] : [];
    }),
  };
}

/** What a person reads in each element of that name (`dd`), class (`.domain`) or id (`#number`), in order. */
export function textsIn(html: string, which: string): readonly string[] {
  const word = which.slice(1);
  const fits = (element: Element): boolean => {
    if (which.startsWith('.')) return (attribute(element, 'class') ?? '').split(/\s+/).includes(word);
    return which.startsWith('#') ? attribute(element, 'id') === word : element.tagName === which;
  };
  return elementsIn(documentOf(html)).filter(fits).map(textOf);
}

function formOf(form: Element, url: string): Form {
  const fields: [string, string][] = [];
  const inputs: string[] = [];
  const buttons: Button[] = [];
  for (const element of elementsIn(form)) {
    if (attribute(element, 'disabled') !== null) continue;
    const name = attribute(element, 'name');
    const type = attribute(element, 'type')?.toLowerCase() ?? null;
    const value = attribute(element, 'value');
    if (element.tagName === 'button') {
      if ((type ?? 'submit') === 'submit') buttons.push({ name, value: value ?? '', label: textOf(element) });
    } else if (element.tagName !== 'input' || (type !== null && IDLE.has(type))) {
      continue;
    } else if (type === 'submit') {
      buttons.push({ name, value: value ?? '', label: value ?? '' });
    } else if (name === null || name === '') {
      continue;
    } else if (type === 'checkbox' || type === 'radio') {
      inputs.push(name);
      if (attribute(element, 'checked') !== null) fields.push([name, value ?? 'on']);
    } else {
      if (type !== 'hidden') inputs.push(name);
      fields.push([name, value ?? '']);
    }
  }
  return {
    method: attribute(form, 'method')?.toLowerCase() === 'post' ? 'post' : 'get',
    action: new URL(attribute(form, 'action') || url, url).href,
    fields,
    inputs: [...new Set(inputs)],
    buttons,
  };
}

/** Without script, what stands in `noscript` is part of the page. */
function documentOf(html: string): Node {
  return parse(html, { scriptingEnabled: false });
}

/** All elements of HTML below a node, in the order of the page; what a `template` holds is no part of it. */
function elementsIn(node: Node): readonly Element[] {
  if (!('childNodes' in node)) return [];
  return node.childNodes.flatMap((child) => {
    const below = elementsIn(child);
    return 'tagName' in child && child.namespaceURI === dom.NS.HTML ? [child, ...below] : below;
  });
}

function attribute(element: Element, name: string): string | null {
  return element.attrs.find((each) => each.name === name)?.value ?? null;
}

/** What a person reads of an element; where one element ends and another begins there is a space. */
function textOf(element: Element): string {
  return piecesOf(element).join(' ').replaceAll(/\s+/g, ' ').trim();
}

function piecesOf(node: Node): readonly string[] {
  if ('value' in node) return [node.value];
  if (!('childNodes' in node) || node.nodeName === 'script' || node.nodeName === 'style') return [];
  return node.childNodes.flatMap(piecesOf);
}
