import type { AnyProps } from '../react/props.ts';

/** Attribute names are the React component's properties in kebab-case. */
export const ATTRIBUTES = [
  'server',
  'client-id',
  'request-uri',
  'request-url',
  'redirect-uri',
  'scope',
  'state',
  'nonce',
  'code-challenge',
  'login-url',
  'connector',
  'display',
  'theme',
  'locale',
  'login-hint',
  'refresh-expired',
  'redirect',
] as const;

type Attributes = Omit<AnyProps, 'server' | 'signIn' | 'onStatus' | 'onStep' | 'onComplete' | 'onError'>;

/** The words that an attribute may be, where not every text will do. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  display: ['inline', 'button', 'dialog'],
  theme: ['auto', 'light', 'dark'],
  'refresh-expired': ['auto', 'manual', 'never'],
  redirect: ['true', 'false'],
};

/** What the element's attributes say. Values that are not among those allowed count as left out; so do empty ones. */
export function attributesOf(element: Element): Attributes {
  const said: Record<string, string> = {};
  for (const name of ATTRIBUTES) {
    const value = valueOf(element, name);
    if (!value || WORDS[name]?.includes(value) === false) continue;
    said[name.replace(/-./g, (dashed) => dashed.charAt(1).toUpperCase())] = value;
  }
  return { ...said, redirect: said['redirect'] !== 'false' };
}

/**
 * A browser empties an attribute called `nonce` on every element of a page with a CSP header
 * ("nonce hiding", HTML §3.2.6.8) and keeps the value in the property alone.
 */
function valueOf(element: Element, name: string): string | null {
  const hidden = name === 'nonce' ? (element as HTMLElement).nonce : '';
  return hidden || element.getAttribute(name);
}
