import type { SignInProps } from '../react/props.ts';

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
] as const;

type Attributes = Omit<SignInProps, 'server' | 'signIn' | 'onStatus' | 'onComplete' | 'onError'>;

/** What the element's attributes say. Values that are not among those allowed count as left out; so do empty ones. */
export function attributesOf(element: Element): Attributes {
  const text = (name: (typeof ATTRIBUTES)[number]): string | undefined => element.getAttribute(name) || undefined;
  const oneOf = <T extends string>(name: (typeof ATTRIBUTES)[number], ...allowed: readonly T[]): T | undefined =>
    allowed.find((value) => value === text(name));
  return {
    clientId: text('client-id'),
    requestUri: text('request-uri'),
    requestUrl: text('request-url'),
    redirectUri: text('redirect-uri'),
    scope: text('scope'),
    state: text('state'),
    nonce: text('nonce'),
    codeChallenge: text('code-challenge'),
    loginUrl: text('login-url'),
    connector: text('connector'),
    display: oneOf('display', 'inline', 'button', 'dialog'),
    theme: oneOf('theme', 'auto', 'light', 'dark'),
    locale: text('locale'),
    loginHint: text('login-hint'),
    refreshExpired: oneOf('refresh-expired', 'auto', 'manual', 'never'),
  };
}
