/** A whole server before providers that redirect, and browsers with cookies of their own. Not published. */
import type { SessionHandle, Snapshot } from '@beckon/protocol';
import type { BeckonConfig } from '../config/index.ts';
import type { ConnectorConfig } from '../connectors/connector.ts';
import { oidc } from '../connectors/oidc/index.ts';
import { paswad } from '../connectors/paswad/index.ts';
import type { Composition } from '../server/compose.ts';
import { type Harness, ISSUER, SHOP_ORIGIN, SHOP_SECRET, exampleConfig, startHarness } from './harness.ts';
import { type RedirectingProvider, UPSTREAM_CLIENT, startRedirectingProvider } from './redirecting-provider.ts';
import { shownText } from './shown-text.ts';

export const WEBHOOK_SECRET = 'the-webhook-secret';
/** What every page must escape. */
export const PROVIDER_NAME = `<i onclick="x">One</i> & 'Co'`;
const SHOP = {
  client_secret: SHOP_SECRET,
  redirect_uris: [`${SHOP_ORIGIN}/callback`],
  allowed_origins: [SHOP_ORIGIN],
  scope: 'openid email',
};
const APP = { redirect_uri: 'com.example.app:/callback', scope: 'openid' };

export interface RedirectWorld {
  readonly harness: Harness;
  readonly provider: RedirectingProvider;
  /** A session with the choice made. `client_id`: `shop`, `numbers`, `office` or `native`. */
  begin(options?: {
    readonly mode?: 'qr' | 'same_device';
    /** Null: offered all of them, and chosen `one`. */
    readonly connector?: 'one' | 'two' | 'paswad' | null;
    readonly client_id?: 'shop' | 'numbers' | 'office' | 'native';
    /** Of the website's browser, besides the usual ones. */
    readonly headers?: Record<string, string>;
  }): Promise<Begun>;
  /** The website's browser chooses another way. */
  choose(session: Begun, connector: string, mode: string): Promise<Snapshot>;
  /** The website's browser opens the link on the same device; the status of the answer. */
  arm(session: Begun): Promise<number>;
  /** The same, and then that browser follows the link. */
  click(session: Begun, browser: FakeBrowser): Promise<Page>;
  /** What the website's browser sees. */
  watch(session: Begun): Promise<Snapshot>;
  close(): Promise<void>;
}
export type Begun = SessionHandle & {
  /** The path that a camera opens, or the one that the widget links to. */
  readonly path: string;
};

export async function startRedirectWorld(
  changes: Partial<BeckonConfig> = {},
  composition: Partial<Composition> = {},
  more: readonly ConnectorConfig[] = [],
): Promise<RedirectWorld> {
  const upstream = await startRedirectingProvider({ now: () => harness.clock.now() });
  const { issuer } = upstream;
  const { client_id: clientId, client_secret: clientSecret } = UPSTREAM_CLIENT;
  const openid = { clientId, clientSecret, issuer };
  const harness = await startHarness(
    {
      clients: [
        ...exampleConfig().clients,
        { ...SHOP, client_id: 'numbers', client_name: 'Numbers', cross_device: { verification: 'number' } },
        {
          ...SHOP,
          client_id: 'office',
          client_name: 'Office',
          cross_device: { verification: 'none', network: 'require' },
        },
        {
          client_id: 'native',
          client_name: 'App',
          redirect_uris: [APP.redirect_uri],
          allowed_origins: [SHOP_ORIGIN],
          cross_device: { verification: 'none' },
        },
      ],
      connectors: [
        oidc({ ...openid, id: 'one', names: { en: PROVIDER_NAME } }),
        oidc({ ...openid, id: 'two', names: { en: 'Two' } }),
        paswad({
          ...openid,
          id: 'paswad',
          discoveryUrl: `${issuer}/.well-known/openid-configuration`,
          webhookSecret: WEBHOOK_SECRET,
          idTokenSignedResponseAlg: 'ES256',
        }),
        ...more,
      ],
      trustedProxies: ['127.0.0.1'],
      ...changes,
    },
    composition,
  );

  const bearer = (session: SessionHandle): Record<string, string> => ({
    authorization: `Bearer ${session.session_secret}`,
  });
  const choose = async (session: SessionHandle, connector: string, mode: string): Promise<Snapshot> => {
    const path = `/session/${session.session_id}/connector`;
    const response = await harness.post(path, { connector, mode }, bearer(session));
    return (await response.json()) as Snapshot;
  };
  const arm = async (session: SessionHandle): Promise<number> => {
    const headers = { ...bearer(session), origin: SHOP_ORIGIN };
    return (await fetch(`${harness.url}/session/${session.session_id}/start`, { method: 'POST', headers })).status;
  };
  return {
    harness,
    provider: upstream,
    choose,
    async begin({ mode = 'qr', connector = 'one', client_id = 'shop', headers = {} } = {}) {
      const only = connector === null ? {} : { connector };
      const session = await harness.session({ client_id, ...only, ...(client_id === 'native' ? APP : {}) }, headers);
      const chosen = await choose(session, connector ?? 'one', mode);
      const url = chosen.qr === null ? chosen.same_device?.url : shownText(chosen.qr);
      if (url === undefined) throw new Error(JSON.stringify(chosen));
      const { pathname, search } = new URL(url);
      return { ...session, path: pathname + search };
    },
    arm,
    async click(session, browser) {
      await arm(session);
      return browser.open(session.path);
    },
    async watch(session) {
      const response = await fetch(`${harness.url}/session/${session.session_id}/status`, { headers: bearer(session) });
      return (await response.json()) as Snapshot;
    },
    async close() {
      await harness.close();
      await upstream.close();
    },
  };
}

/** One browser: it keeps our cookies, follows nothing by itself, and says where its requests come from. */
export class FakeBrowser {
  readonly cookies: Map<string, string> = new Map();
  /** Every `Set-Cookie` that it was sent. */
  readonly set: string[] = [];
  private readonly harness: Harness;
  constructor(harness: Harness) {
    this.harness = harness;
  }

  /** `at`: a path of ours, an address of the issuer's, or one of another site. */
  async open(at: string, init: RequestInit = {}): Promise<Page> {
    const url = new URL(at, ISSUER);
    const ours = url.origin === ISSUER;
    const headers = new Headers(init.headers);
    if (ours && this.cookies.size > 0 && !headers.has('cookie'))
      headers.set('cookie', [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const target = ours ? this.harness.url + url.pathname + url.search : url.href;
    const response = await fetch(target, { redirect: 'manual', ...init, headers });
    for (const cookie of response.headers.getSetCookie()) this.keep(cookie);
    return {
      status: response.status,
      headers: response.headers,
      location: response.headers.get('location') ?? '',
      text: await response.text(),
    };
  }

  /** Sends a form of the page at `path`, as the browser does that shows it. */
  submit(path: string, form: Readonly<Record<string, string>>, headers: Record<string, string> = {}): Promise<Page> {
    return this.open(path, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: { origin: ISSUER, 'sec-fetch-site': 'same-origin', ...headers },
    });
  }

  /** From the QR's page to the address at the provider. */
  async scan(path: string): Promise<string> {
    const page = await this.open(path);
    const { location, text } = await this.submit(path, { form_token: tokenIn(page), action: 'continue' });
    if (location === '') throw new Error(text);
    return location;
  }

  private keep(cookie: string): void {
    this.set.push(cookie);
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    if (cookie.includes('Max-Age=0')) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

export interface Page {
  readonly status: number;
  readonly headers: Headers;
  /** '' when it leads nowhere. */
  readonly location: string;
  readonly text: string;
}

/** The form token that a page carries. */
export function tokenIn(page: Page): string {
  return /name="form_token" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
}
