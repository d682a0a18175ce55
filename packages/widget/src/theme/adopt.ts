import { own, setOwn } from '../own.ts';
import { lightOnly } from './light-only.ts';
import { STYLE_SHEET } from './style-sheet.ts';

type Root = Document | ShadowRoot;

interface Adopted {
  readonly sheet: CSSStyleSheet;
  users: number;
}

const adopted: WeakMap<Root, Adopted> = new WeakMap();

/**
 * Gives the tree that `node` is in the style sheet, once however many widgets are in it.
 *
 * A constructed style sheet is no inline style: `style-src 'self'` and Trusted Types let it pass.
 * @returns gives it back; the last one out takes the sheet away.
 */
export function adopt(node: Node): () => void {
  const root = node.getRootNode() as Root;
  // A detached tree has no style sheets; the widget is drawn into a connected one before anybody sees it.
  if (!own(root, 'adoptedStyleSheets')) return () => {};
  const entry = adopted.get(root) ?? enter(root);
  entry.users += 1;
  let given = true;
  return () => {
    if (!given) return;
    given = false;
    entry.users -= 1;
    if (entry.users > 0) return;
    adopted.delete(root);
    setOwn(
      root,
      'adoptedStyleSheets',
      own(root, 'adoptedStyleSheets').filter((sheet) => sheet !== entry.sheet),
    );
  };
}

function enter(root: Root): Adopted {
  // A sheet may only be adopted in the document whose window made it: a same-origin frame has its own.
  const owner = (own(root, 'ownerDocument') ?? root) as Document;
  const Sheet = own(owner, 'defaultView')?.CSSStyleSheet ?? CSSStyleSheet;
  const entry: Adopted = { sheet: new Sheet(), users: 0 };
  entry.sheet.replaceSync(CSS.supports('color:light-dark(red,red)') ? STYLE_SHEET : lightOnly(STYLE_SHEET));
  setOwn(root, 'adoptedStyleSheets', [...own(root, 'adoptedStyleSheets'), entry.sheet]);
  adopted.set(root, entry);
  return entry;
}
