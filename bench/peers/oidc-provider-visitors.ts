import { createHash, randomBytes } from 'node:crypto';
import { type Answered, FORM, basic, createCaller } from '../world/http.ts';
import { SHOP } from '../world/server.ts';
import { createBrowser } from './cookies.ts';

const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';

export interface ProviderVisitors {
  /** The device asks for a code and polls once too early; a browser confirms the code and agrees; the device gets its tokens. */
  readonly deviceGrant: () => Promise<void>;
  /** The code flow up to the code. */
  readonly code: () => Promise<{ readonly code: string; readonly verifier: string }>;
  readonly redeem: (got: { readonly code: string; readonly verifier: string }) => Promise<void>;
  close(): void;
}

/** Those of `oidc-provider.ts` at `url`. */
export function createProviderVisitors(url: string): ProviderVisitors {
  const caller = createCaller(url);
  const backend = { ...basic(SHOP.client_id, SHOP.client_secret), ...FORM };
  const token = async (parameters: Readonly<Record<string, string>>, expected: number): Promise<Answered> => {
    const body = new URLSearchParams(parameters).toString();
    const answered = await caller.call({ method: 'POST', path: '/token', headers: backend, body, expected });
    if (expected === 200 && !answered.text.includes('"id_token"')) throw new Error('there is no id_token');
    return answered;
  };
  /** Follows redirects within the provider; answers the one that leaves it, or '' where a page came. */
  const follow = async (browser: ReturnType<typeof createBrowser>, from: Answered): Promise<string> => {
    let location = String(from.headers['location'] ?? '');
    while (location !== '' && !location.startsWith(SHOP.redirect_uri)) {
      const { pathname, search } = new URL(location, url);
      const isLast = pathname.startsWith('/device/');
      const answered = await browser({ method: 'GET', path: pathname + search, expected: isLast ? 200 : 303 });
      location = String(answered.headers['location'] ?? '');
    }
    return location;
  };
  return {
    async deviceGrant() {
      const body = 'scope=openid+email';
      const begun = await caller.call({ method: 'POST', path: '/device/auth', headers: backend, body, expected: 200 });
      const { device_code, user_code } = JSON.parse(begun.text) as {
        readonly device_code: string;
        readonly user_code: string;
      };
      await token({ grant_type: DEVICE_CODE, device_code }, 400);
      const browser = createBrowser(caller);
      const page = await browser({ method: 'GET', path: `/device?user_code=${user_code}`, expected: 200 });
      const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
      const confirmed = await browser({
        method: 'POST',
        path: '/device',
        headers: FORM,
        body: new URLSearchParams({ xsrf, user_code, confirm: 'yes' }).toString(),
        expected: 303,
      });
      await follow(browser, confirmed);
      await token({ grant_type: DEVICE_CODE, device_code }, 200);
    },
    async code() {
      const verifier = randomBytes(32).toString('base64url');
      const query = new URLSearchParams({
        client_id: SHOP.client_id,
        response_type: 'code',
        redirect_uri: SHOP.redirect_uri,
        scope: 'openid email',
        state: randomBytes(16).toString('base64url'),
        nonce: randomBytes(16).toString('base64url'),
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      });
      const browser = createBrowser(caller);
      const begun = await browser({ method: 'GET', path: `/auth?${query.toString()}`, expected: 303 });
      const callback = await follow(browser, begun);
      return { code: new URL(callback).searchParams.get('code') ?? '', verifier };
    },
    async redeem({ code, verifier }) {
      const grant = { grant_type: 'authorization_code', code, code_verifier: verifier };
      await token({ ...grant, redirect_uri: SHOP.redirect_uri }, 200);
    },
    close: () => caller.close(),
  };
}
