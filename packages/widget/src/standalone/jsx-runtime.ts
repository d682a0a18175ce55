/** What the compiler calls for JSX, by Preact's `createElement`, which is on board anyway. */
import { createElement, type ComponentType, type VNode } from 'preact';

export { Fragment } from 'preact';

type Props = Record<string, unknown>;

export function jsx(type: ComponentType<Props> | string, props: Props, key?: string): VNode {
  return createElement(type as ComponentType<Props>, key === undefined ? props : { ...props, key });
}
export { jsx as jsxs };
