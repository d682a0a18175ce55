import { JSON_BODY, createCaller } from '../world/http.ts';
import { SHOP } from '../world/server.ts';
import { createBrowser } from './cookies.ts';

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

export interface AuthVisitors {
  /** The device asks for a code and polls once too early; the phone, signed in already, approves; the device gets its session. */
  readonly deviceFlow: () => Promise<void>;
  close(): void;
}

/** Those of `better-auth.ts` at `url`. One person signs up: a password costs more than all the rest. */
export async function createAuthVisitors(url: string): Promise<AuthVisitors> {
  const caller = createCaller(url);
  const headers = { ...JSON_BODY, origin: url };
  const phone = createBrowser(caller);
  await phone({
    method: 'POST',
    path: '/api/auth/sign-up/email',
    headers,
    body: JSON.stringify({ name: 'Ada', email: 'ada@example.com', password: 'a long password' }),
    expected: 200,
  });
  return {
    async deviceFlow() {
      const asked = JSON.stringify({ client_id: SHOP.client_id, scope: 'openid email' });
      const code = { method: 'POST', path: '/api/auth/device/code', headers, expected: 200 } as const;
      const { text } = await caller.call({ ...code, body: asked });
      const { device_code, user_code } = JSON.parse(text) as {
        readonly device_code: string;
        readonly user_code: string;
      };
      const body = JSON.stringify({ grant_type: GRANT, device_code, client_id: SHOP.client_id });
      const poll = { method: 'POST', path: '/api/auth/device/token', headers, body } as const;
      await caller.call({ ...poll, expected: 400 });
      await phone({ method: 'GET', path: `/api/auth/device?user_code=${user_code}`, expected: 200 });
      const approval = JSON.stringify({ userCode: user_code });
      await phone({ method: 'POST', path: '/api/auth/device/approve', headers, body: approval, expected: 200 });
      const got = await caller.call({ ...poll, expected: 200 });
      if (!got.text.includes('"access_token"')) throw new Error('there is no token');
    },
    close: () => caller.close(),
  };
}
