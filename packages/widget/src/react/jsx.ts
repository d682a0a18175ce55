import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { BeckonSignInEvents } from '../events.ts';
import type { MarkupProps } from './props.ts';

/** `requestUri` → `request-uri`. */
type Kebab<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `-${Lowercase<First>}`}${Kebab<Rest>}`
  : Name;

/** Attributes are texts: React 19 leaves out one that is `false`. */
type Text<Value> = Value extends boolean ? `${Value}` : Value;

/** Once for each way to say what to sign in to. */
type InMarkup<Props> = Props extends unknown
  ? { readonly [Name in keyof Props as Kebab<Name & string>]: Text<Props[Name]> }
  : never;

/** The attributes of `<beckon-signin>`: the component's properties in kebab-case. */
export type BeckonSignInAttributes = InMarkup<MarkupProps>;

/** React 19 listens to the DOM events by these; with React 18 call `addEventListener` on a ref. */
type EventProps = {
  readonly [Type in keyof BeckonSignInEvents as `on${Type}`]?: ((event: BeckonSignInEvents[Type]) => void) | undefined;
};

export type BeckonSignInProps = DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement> &
  BeckonSignInAttributes &
  EventProps;

declare module 'react' {
  // oxlint-disable-next-line typescript/no-namespace -- where React looks for the elements that JSX knows
  namespace JSX {
    interface IntrinsicElements {
      'beckon-signin': BeckonSignInProps;
    }
  }
}
