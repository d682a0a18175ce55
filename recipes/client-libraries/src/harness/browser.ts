/**
 * A browser without script: it has cookies and follows redirects, and it sends along what a real one would. Form posts
 * from another website carry only cookies with `SameSite=None`.
 */
export interface Page {
  readonly url: URL;
  /** What redirected here, in order. */
  readonly via: readonly URL[];
  readonly status: number;
  readonly text: string;
}

export interface Browser {
  /** A page and what it redirects to. A path is one of the website. */
  open(url: string | URL): Promise<Page>;
  /** Presses a button of the website that is an empty form. */
  press(path: string): Promise<Page>;
  /** Sends the form of a page: the fields that it has, and others. */
  submit(page: Page, fields?: Readonly<Record<string, string>>): Promise<Page>;
}

interface Cookie {
  readonly value: string;
  readonly sameSite: string;
  readonly path: string;
}

interface Going {
  readonly method: string;
  readonly body: URLSearchParams | null;
  /** The page that leads there; null for what the person typed. */
  readonly from: URL | null;
}

const MOST_REDIRECTS = 10;

/** @param origin the website's, which relative URLs are for */
export function createBrowser(origin: string): Browser {
  /** By host, then by name. */
  const jars = new Map<string, Map<string, Cookie>>();

  const keep = (url: URL, lines: readonly string[]): void => {
    const jar = jars.get(url.hostname) ?? new Map<string, Cookie>();
    jars.set(url.hostname, jar);
    for (const line of lines) {
      const [pair = '', ...rest] = line.split(/; */);
      const name = pair.slice(0, pair.indexOf('='));
      const value = pair.slice(name.length + 1);
      const attribute = (wanted: string): string | null =>
        rest.find((text) => text.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1) ?? null;
      const expires = attribute('expires');
      const isOver = attribute('max-age') === '0' || (expires !== null && Date.parse(expires) <= Date.now());
      if (isOver) jar.delete(name);
      else
        jar.set(name, {
          value,
          sameSite: (attribute('samesite') ?? 'lax').toLowerCase(),
          path: attribute('path') ?? '/',
        });
    }
  };

  const cookiesFor = (url: URL, { method, from }: Going): string => {
    const isCrossSite = from !== null && from.hostname !== url.hostname;
    return [...(jars.get(url.hostname) ?? [])]
      .filter(([, { path }]) => url.pathname.startsWith(path))
      .filter(([, { sameSite }]) => !isCrossSite || sameSite === 'none' || (sameSite === 'lax' && method === 'GET'))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
  };

  const go = async (url: URL, going: Going, via: readonly URL[] = []): Promise<Page> => {
    const response = await fetch(url, {
      method: going.method,
      body: going.body,
      redirect: 'manual',
      headers: {
        accept: 'text/html',
        cookie: cookiesFor(url, going),
        'sec-fetch-dest': 'document',
        'sec-fetch-mode': 'navigate',
        ...(going.method === 'POST' && going.from !== null ? { origin: going.from.origin } : {}),
      },
    });
    keep(url, response.headers.getSetCookie());
    const location = response.headers.get('location');
    const text = await response.text();
    if (location === null || response.status < 300 || response.status > 399) {
      return { url, via, status: response.status, text };
    }
    if (via.length === MOST_REDIRECTS) throw new Error(`${url.href} redirects for ever`);
    const next = new URL(location, url);
    const repeats = response.status === 307 || response.status === 308;
    return go(next, repeats ? going : { method: 'GET', body: null, from: going.from }, [...via, url]);
  };

  return {
    open: (url) => {
      const to = new URL(url, origin);
      return go(to, { method: 'GET', body: null, from: null });
    },
    press: (path) => go(new URL(path, origin), { method: 'POST', body: new URLSearchParams(), from: new URL(origin) }),
    submit: ({ url, text }, fields = {}) => {
      const form = formOf(text);
      const body = new URLSearchParams({ ...form.fields, ...fields });
      const to = new URL(form.action, url);
      if (form.method === 'post') return go(to, { method: 'POST', body, from: url });
      to.search = body.toString();
      return go(to, { method: 'GET', body: null, from: url });
    },
  };
}

/** The first form of a page. */
function formOf(text: string): {
  readonly action: string;
  readonly method: string;
  readonly fields: Readonly<Record<string, string>>;
} {
  const [form = ''] = /<form[\s\S]*?<\/form>/i.exec(text) ?? [];
  if (form === '') throw new Error(`there is no form in: ${text}`);
  const inputs = form.match(/<input\b[^>]*>/gi) ?? [];
  const named = inputs.map((input) => [attributeOf(input, 'name'), attributeOf(input, 'value')] as const);
  return {
    action: attributeOf(form, 'action'),
    method: attributeOf(form, 'method').toLowerCase(),
    fields: Object.fromEntries(named.filter(([name]) => name !== '')),
  };
}

/** An attribute of the first tag in `text`, or of an element in it: empty where it has none. */
export function attributeOf(text: string, name: string): string {
  const [, value = ''] = new RegExp(`\\s${name}="([^"]*)"`, 'i').exec(text) ?? [];
  return value
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&#x27;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
