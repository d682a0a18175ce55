/** The code for the options of the playground, as one would write it. */
export interface Options {
  readonly server: string;
  readonly client: string;
  /** Attributes of the element that are not as they are by default. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly accent: string;
  /** In CSS px. */
  readonly radius: number;
}

/** By the login route: the session server's own page in a frame, which takes theme and display from the page. */
export function scriptTag({ server, client, attributes }: Options): string {
  const ours = ['theme', 'display'].flatMap((name) =>
    name in attributes ? [[`data-${name}`, attributes[name]!]] : [],
  );
  return `<script src="${server}/widget.js" async\n  data-login-url="${loginUrl(client)}"${lines(ours)}></script>`;
}

export function element({ server, client, attributes }: Options): string {
  const all = Object.entries({ 'request-url': requestUrl(client), ...attributes });
  return `<script src="${server}/widget.js" async></script>\n<beckon-signin${lines(all)}></beckon-signin>`;
}

export function react({ server, client, attributes }: Options): string {
  const all = Object.entries({ server, 'request-url': requestUrl(client), ...attributes });
  const props = all.map(
    ([name, value]) => [name.replace(/-./g, (dash) => dash.charAt(1).toUpperCase()), value] as const,
  );
  return `import { SignIn } from '@beckon/widget/react';\n\n<SignIn${lines(props)} />`;
}

export function style({ accent, radius }: Options): string {
  return `:root {\n  --beckon-accent: ${accent};\n  --beckon-radius: ${radius}px;\n}`;
}

export const requestUrl = (client: string): string => `/login/request?client=${client}`;
const loginUrl = (client: string): string => `/login?client=${client}`;

function lines(pairs: readonly (readonly string[])[]): string {
  return pairs.map(([name, value]) => `\n  ${name}="${value}"`).join('');
}
