/**
 * A build step: Preact, from its sources, without what the widget's components do not use:
 * hydration and streaming, portals, context, error boundaries, markup as text, MathML, the
 * lifecycles of old class components, and the hooks of its developer tools. Each is made
 * unreachable in a way that the minifier sees, and falls away: 1.8 kB brotli. Its private names
 * begin with `_`, which is how the minifier knows that they may be shortened.
 *
 * What is left: function components with the hooks of `standalone/react.ts`, classes with
 * `componentDidMount`, `getSnapshotBeforeUpdate`, `componentDidUpdate` and `componentWillUnmount`,
 * refs, keys, fragments, SVG and events. A pattern that finds nothing fails the build: Preact has
 * then changed, and somebody must look.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Rolldown } from 'tsdown';

/** For `mangleProps`: Preact's own names, and nobody else's. */
export const PREACT_NAMES: RegExp = /^_[a-zA-Z]|^__hooks$/;

export function leanPreact(): Rolldown.Plugin {
  // `preact` itself resolves to its `dist`.
  const root = join(dirname(createRequire(import.meta.url).resolve('preact')), '..');
  const entries: Readonly<Record<string, string>> = { preact: 'src/index.js', 'preact/hooks': 'hooks/src/index.js' };
  return {
    name: 'lean-preact',
    resolveId: {
      order: 'pre',
      handler: (id) => (entries[id] === undefined ? null : join(root, entries[id])),
    },
    transform(code, id) {
      const file = /[\\/]preact[\\/]((?:hooks[\\/])?src[\\/].+)$/.exec(id)?.[1]?.replaceAll('\\', '/');
      return file === undefined ? null : (WITHOUT[file] ?? []).reduce(apply, withoutComments(code));
    },
  };
}

type Change = readonly [what: RegExp | string, by: string];

function apply(code: string, [what, by]: Change): string {
  const changed = code.replaceAll(typeof what === 'string' ? what : new RegExp(what, 'gm'), by);
  if (changed === code) throw new Error(`Preact is not what its lean build is made from: ${String(what)}`);
  return changed;
}

function withoutComments(code: string): string {
  return code.replace(/\/\*[^]*?\*\/|^\s*\/\/.*\n/gm, '');
}

/** What is passed down for hydration: a line each, in parameters and in calls. */
const HYDRATION: Change = [/^\s*(?:isHydrating|excessDomChildren),\n/, ''];
/** Where one of Preact's plugins would be asked. */
const PLUGINS: Change = [/if \((?:!original && )?(?:options\.vnode|old\w+)\) (?:options\.vnode|old\w+)\(.*\);/, ''];

const WITHOUT: Readonly<Record<string, readonly Change[]>> = {
  'src/component.js': [
    PLUGINS,
    [/^\s*oldVNode\._flags & MODE_HYDRATE.*,\n/, ''],
    [/ && !vnode\.props\._parentDom/, ''],
    [/prevDebounce\w* != options\.debounceRendering/, 'false'],
    ['prevDebounce = options.debounceRendering;', ''],
    ['(prevDebounce || queueMicrotask)', 'queueMicrotask'],
  ],
  'src/create-element.js': [PLUGINS, ['if (length > 2)', 'if (false)']],
  'src/render.js': [
    HYDRATION,
    ['if (options._root) options._root(vnode, parentDom);', ''],
    ['let isHydrating = vnode && vnode._flags & MODE_HYDRATE;', ''],
    ['isHydrating ? NULL : parentDom._children', 'parentDom._children'],
    [/oldVNode\s+\? NULL\s+: parentDom\.firstChild\s+\? [^]*?: NULL,/, ''],
  ],
  'src/diff/catch-error.js': [[/let component,[^]*(?=throw error)/, '']],
  'src/diff/children.js': [
    HYDRATION,
    [/ \|\| oldVNode\._flags & REF_DETACHED/, ''],
    ['if (parentVNode.props._parentDom) return oldDom;', ''],
    ['if (oldDom && !oldDom.parentNode) {', 'if (false) {'],
    ['while (next && next.nodeType == 8) next = next.nextSibling;', ''],
    [/while \(\s*(\(oldDom = oldDom && oldDom\.nextSibling\)) &&[^;]*;/, '$1;'],
  ],
  'src/diff/props.js': [
    [/name != \(name = name\.replace\(CAPTURE_REGEX, '\$1'\)\)/, 'false'],
    ['options.event ? options.event(e) : e', 'e'],
    [/\.replace\(\/xlink\(H\|:h\)\/, 'h'\)/, ''],
    [/name == 'popover' && value == true \? '' : value/, 'value'],
  ],
  'src/diff/index.js': [
    HYDRATION,
    // Names of `document` can be taken by the page's markup (src/own.ts).
    ['const doc = parentDom.ownerDocument || document;', ''],
    [/\bdoc\.(create\w+)\(/, 'Document.prototype.$1.call(document, '],
    [/oldVNode\._flags & MODE_SUSPENDED &&/, 'false &&'],
    [
      /if \((?:isHydrating|excessDomChildren|isHydrating \|\| excessDomChildren|!isHydrating && excessDomChildren)\)/,
      'if (false)',
    ],
    [/\(!isHydrating \|\| (?:dom\.data != newProps|typeof value == 'function')\)/, 'true'],
    [/if \(!isHydrating \|\| nodeType == 'textarea'\)/, 'if (false)'],
    [/excessDomChildren\s+\? excessDomChildren\[0\]\s+: /, ''],
    [/excessDomChildren =\s+nodeType == 'textarea'[^;]*;/, ''],
    [/(?:isHydrating = )?excessDomChildren = NULL;/, ''],
    ['if (resumed) resumed.some(removeNode);', ''],
    ['newVNode._flags &= RESET_MODE;', ''],
    ['(r = r._excess) &&', 'false &&'],
    [/newProps\._parentDom\b(?=\))/, 'false'],
    [' && !vnode.props._parentDom', ''],
    [/tmp = newType\.contextType;[^]*?: globalContext;/, 'const componentContext = globalContext;'],
    ['if (provider) provider.sub(c);', ''],
    ['if (c.getChildContext)', 'if (false)'],
    ['if (newType.getDerivedStateFromProps)', 'if (false)'],
    ['!newType.getDerivedStateFromProps', 'true'],
    [/c\.componentWill(?:Mount|ReceiveProps|Update)(?=\s*\) \{)/, 'false'],
    [/if \(c\._bits & COMPONENT_P\w+\)/, 'if (false)'],
    [/\(!\(c\._bits & COMPONENT_FORCE\) &&\s+c\.shouldComponentUpdate &&[^]*?=== false\)/, 'false'],
    [/if \(typeof ref == 'function'\)/, 'if (false)'],
    // What components throw is thrown on: nobody here would catch it.
    [/\} catch \(e\) \{\s+commitQueue\.length = [^]*?options\._catchError\(e, newVNode, oldVNode\);/, '} finally {'],
    [/\} catch \(e\) \{\s+options\._catchError\(e, .*\);/, '} finally {'],

    [/i == '(?:dangerouslySetInnerHTML|value|checked)'/, 'false'],
    ['if (newHtml)', 'if (false)'],
    ["if (oldHtml) dom.textContent = '';", ''],
    ["else if (nodeType == 'math') namespace = MATH_NAMESPACE;", ''],
    [/nodeType == 'foreignObject' \|\|[^{]*(?=\) \{)/, 'false'],
    ["(nodeType == 'template' && dom.content) || dom", 'dom'],
  ],
  'hooks/src/index.js': [
    PLUGINS,
    // Drawing once too often is no harm.
    ['if (!currentComponent._hasScuFromHooks)', 'if (false)'],
    [/if \(errorParent === undefined\)/, 'if (false)'],
    ['s._passive = errorParent;', ''],
    [/component = .*component\._passive.*;\s+options\._catchError\(e, .*\);/, 'throw e;'],
    [/options\._catchError\(e, component\._vnode\);/, 'throw e;'],
    [/if \(hasErrored\) options.*;/, 'if (hasErrored) throw hasErrored;'],
    [/let old\w+ = options\.\w+;/, ''],
    [/options\._root = [^]*?^\};/, ''],
    ['if (options._hook)', 'if (false)'],
    ['!options._skipEffects && ', ''],
    [/ \|\| prevRaf != options\.requestAnimationFrame/, ''],
    ['prevRaf = options.requestAnimationFrame;', ''],
    ['(prevRaf || afterNextFrame)', 'afterNextFrame'],
    ['let HAS_RAF = ', 'let HAS_RAF = true || '],
  ],
};
