import { SandboxError } from '../../http/errors.ts';
import { createCookieJar } from './cookie-jar.ts';
import { type Form, type Link, readPage } from './html-page.ts';

export interface Page {
  readonly url: string;
  readonly status: number;
  readonly html: string;
  /** What the page is called. */
  readonly title: string;
  readonly forms: readonly Form[];
  readonly links: readonly Link[];
  /** Where a redirect led away from the origins that this browser may ask, for example to the relying party. It was not opened. */
  readonly left: string | null;
}

/** One tab, with the cookies of its phone. It remembers nothing once it is dropped. */
export interface Browser {
  /** What it shows. */
  readonly page: Page;
  /** Opens an address that a person typed, scanned or tapped. @throws SandboxError `unreachable_page` */
  visit(url: string): Promise<Page>;
  /**
   * Sends a form of the page that is shown.
   * @param press the button, by its name and value; without one the first
   * @param fill what the person enters
   * @throws SandboxError `unreachable_page`; RangeError for a button that the form has not
   */
  submit(
    form: Form,
    press?: { readonly name: string; readonly value?: string },
    fill?: Readonly<Record<string, string>>,
  ): Promise<Page>;
  /** Shows an earlier page again as it was, without asking anybody. @throws RangeError for a page that it never showed */
  backTo(page: Page): void;
  /** Follows a link of the page that is shown. @throws SandboxError `unreachable_page` */
  follow(link: Link): Promise<Page>;
}

export interface BrowserOptions {
  /** Ms since the epoch. */
  readonly now: () => number;
  /** It asks these alone: a phone that opens whatever was printed on a code must not reach everything that this machine can. */
  readonly origins: readonly string[];
  /** Best first. Default `en`. */
  readonly languages?: readonly string[] | undefined;
}

const REDIRECT_LIMIT = 20;
const TIMEOUT_MS = 10_000;
const USER_AGENT = 'Mozilla/5.0 (Phone; Sandbox) Beckon-Sandbox-Phone/1.0';
const NOTHING: Page = { url: 'about:blank', status: 0, html: '', title: '', forms: [], links: [], left: null };

interface Step {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly body: URLSearchParams | null;
}

export function createBrowser(options: BrowserOptions): Browser {
  const cookies = createCookieJar(options.now);
  const language = (options.languages ?? ['en']).join(', ');
  let page = NOTHING;
  /** The pages so far, and whether each keeps where it is to itself (`Referrer-Policy: no-referrer`). */
  const history = new Map<Page, boolean>();

  /** Follows redirects until a page, or until they lead away. `from` is the page that was acted on; null for an address that was typed. */
  async function load(first: Step, from: URL | null): Promise<Page> {
    let step = first;
    let crossSite = false;
    for (let hop = 0; hop <= REDIRECT_LIMIT; hop += 1) {
      if (!options.origins.includes(step.url.origin)) {
        page = { ...NOTHING, url: page.url, left: step.url.href };
        return page;
      }
      crossSite ||= from !== null && siteOf(from) !== siteOf(step.url);
      const response = await request(step, from, crossSite);
      await cookies.set(step.url, response.headers.getSetCookie());
      const location = response.headers.get('location');
      if (response.status < 300 || response.status > 399 || location === null) {
        page = await read(step.url.href, response);
        history.set(page, /\bno-referrer$/.test(response.headers.get('referrer-policy') ?? ''));
        return page;
      }
      await response.body?.cancel();
      const keeps = response.status === 307 || response.status === 308;
      // One hop to another site, and the rest of the way counts as coming from there.
      crossSite ||= siteOf(step.url) !== siteOf(new URL(location, step.url));
      step = keeps
        ? { ...step, url: new URL(location, step.url) }
        : { url: new URL(location, step.url), method: 'GET', body: null };
    }
    throw new SandboxError('unreachable_page', `the browser gave up after ${String(REDIRECT_LIMIT)} redirects`);
  }

  async function request({ url, method, body }: Step, from: URL | null, crossSite: boolean): Promise<Response> {
    const cookie = await cookies.header(url, { crossSite, reads: method === 'GET' });
    try {
      return await fetch(url, {
        method,
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: {
          Accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8',
          'Accept-Language': language,
          'User-Agent': USER_AGENT,
          'Sec-Fetch-Site':
            from === null
              ? 'none'
              : crossSite
                ? 'cross-site'
                : from.origin === url.origin
                  ? 'same-origin'
                  : 'same-site',
          'Sec-Fetch-Mode': 'navigate',
          'Sec-Fetch-Dest': 'document',
          ...(cookie === '' ? {} : { Cookie: cookie }),
          ...(method === 'GET'
            ? {}
            : { Origin: from === null || history.get(page) === true || crossSite ? 'null' : from.origin }),
        },
      });
    } catch {
      throw new SandboxError('unreachable_page', `${url.origin} gave no answer; is it running?`);
    }
  }

  return {
    get page() {
      return page;
    },
    backTo(earlier) {
      if (!history.has(earlier)) throw new RangeError('that page was never shown');
      page = earlier;
    },
    visit: (url) => load({ url: new URL(url), method: 'GET', body: null }, null),
    follow: ({ href }) => load({ url: new URL(href), method: 'GET', body: null }, new URL(page.url)),
    submit(form, press, fill = {}) {
      const button =
        press === undefined
          ? (form.buttons[0] ?? null)
          : form.buttons.find(({ name, value }) => name === press.name && (press.value ?? value) === value);
      if (button === undefined) throw new RangeError(`the form has no button ${press?.name ?? ''}`);
      const body = new URLSearchParams(
        form.fields.filter(([name]) => !(name in fill)).map(([name, value]): [string, string] => [name, value]),
      );
      for (const [name, value] of Object.entries(fill)) body.append(name, value);
      if (button !== null && button.name !== null) body.append(button.name, button.value);
      const url = new URL(form.action);
      if (form.method === 'get') url.search = body.toString();
      const step: Step = form.method === 'get' ? { url, method: 'GET', body: null } : { url, method: 'POST', body };
      return load(step, new URL(page.url));
    },
  };
}

async function read(url: string, response: Response): Promise<Page> {
  const html = await response.text().catch(() => {
    throw new SandboxError('unreachable_page', `${new URL(url).origin} broke off in the middle of its page`);
  });
  return { url, status: response.status, html, ...readPage(html, url), left: null };
}

/** Scheme and host; the sandbox knows no subdomains. */
function siteOf({ protocol, hostname }: URL): string {
  return `${protocol}//${hostname}`;
}
