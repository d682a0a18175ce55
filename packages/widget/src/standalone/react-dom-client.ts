import { options, render, type ComponentChild } from 'preact';
import { own } from '../own.ts';

/**
 * `react-dom/client` as far as the widget uses it, from Preact, on any page.
 *
 * Preact makes nodes with `parent.ownerDocument`, whose names the page's markup may have taken
 * (`own.ts`). On such a page the nodes that it draws into are given an `ownerDocument` that has the
 * two methods as the browser made them, and so is each node that comes of it. Elsewhere nothing changes.
 */
interface Root {
  render(children: ComponentChild): void;
  unmount(): void;
}

const MAKERS = ['createElementNS', 'createTextNode'] as const;
const containers = new Set<ParentNode & Node>();
let guarded = false;

export function createRoot(container: ParentNode & Node): Root {
  return {
    render(children) {
      containers.add(container);
      if (guarded) guard(container);
      render(children, container);
    },
    unmount() {
      render(null, container);
      containers.delete(container);
    },
  };
}

// Whatever is drawn begins with this: markup may take the names at any time.
const before = options.vnode?.bind(options);
options.vnode = (vnode) => {
  if (!guarded && MAKERS.some(isTaken)) {
    guarded = true;
    for (const container of containers) [container, ...container.querySelectorAll('*')].forEach(guard);
  }
  before?.(vnode);
};

function isTaken(name: (typeof MAKERS)[number]): boolean {
  return Reflect.get(document, name) !== Reflect.get(Object.getPrototypeOf(document) as Document, name);
}

function guard<N extends Node>(node: N): N {
  return Object.defineProperty(node, 'ownerDocument', { value: makers, configurable: true });
}

const makers = {
  createElementNS: (...from: Parameters<Document['createElementNS']>): Element =>
    guard(own(document, 'createElementNS')(...from)),
  createTextNode: (text: string): Text => own(document, 'createTextNode')(text),
};
