/** Requests as they should be, for each route of the server, made of what it has answered before. */
import { createHmac } from 'node:crypto';
import { type Draft, draft } from './draft.ts';
import type { Held, Pool, Session } from './pool.ts';
import type { Random } from './random.ts';

/** PKCE's pair of RFC 7636 appendix B. */
export const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

export interface FuzzClient {
  readonly client_id: string;
  /** Null for a public client. */
  readonly client_secret: string | null;
  readonly redirect_uri: string;
  readonly origin: string;
  readonly scope: string;
  readonly post_logout_redirect_uri: string;
}

export interface GrammarOptions {
  readonly random: Random;
  readonly pool: Pool;
  readonly clients: readonly FuzzClient[];
  readonly issuer: string;
  readonly webhookSecret: string;
  readonly connectors: readonly string[];
}

/** Makes one that should be right, if the server's state allows it. */
export type Grammar = () => Draft;

type Text = Readonly<Record<string, string | null>>;
/** How often each is made. */
type Weighted = readonly [weight: number, make: () => Draft];

export function createGrammar({ random, pool, clients, issuer, webhookSecret, connectors }: GrammarOptions): Grammar {
  const host = new URL(issuer).host;
  let events = 0;
  const client = (id?: string): FuzzClient =>
    clients.find((each) => each.client_id === id) ?? random.pick(clients.slice(0, 4));
  const addresses = ['198.51.100.7', '203.0.113.9', '2001:db8::7', '192.0.2.44'];

  /** What every caller sends. */
  const head = (more: Text = {}): Text => ({
    host,
    'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Fuzz/1',
    'x-forwarded-for': random.pick(addresses),
    accept: '*/*',
    ...more,
  });
  const page = (more: Text = {}): Text =>
    head({
      accept: 'text/html,application/xhtml+xml',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
      ...more,
    });
  const form = (more: Text = {}): Text => page({ origin: issuer, 'sec-fetch-site': 'same-origin', ...more });
  const json = (more: Text = {}): Text => head({ accept: 'application/json', ...more });
  const authorization = (of: FuzzClient, more: Text = {}): Text => ({
    client_id: of.client_id,
    response_type: 'code',
    redirect_uri: of.redirect_uri,
    scope: of.scope,
    state: `state-${random.int(1e9)}`,
    nonce: `nonce-${random.int(1e9)}`,
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...(random.chance(0.1) ? { response_mode: 'form_post' } : {}),
    ...(random.chance(0.05) ? { prompt: random.pick(['login', 'consent', 'create', 'none', 'select_account']) } : {}),
    ...(random.chance(0.05) ? { max_age: '300' } : {}),
    ...(random.chance(0.05) ? { login_hint: '784-1990-1234567-1', ui_locales: 'en de' } : {}),
    ...(random.chance(0.3) ? { connector: random.chance(0.7) ? 'wallet' : random.pick(connectors) } : {}),
    ...(random.chance(0.05) ? { id_token_hint: pool.take('id_token').text } : {}),
    ...(random.chance(0.05) ? { claims: '{"id_token":{"email":null},"userinfo":{"name":{"essential":true}}}' } : {}),
    ...(random.chance(0.05) ? { acr_values: 'high urn:example:loa3' } : {}),
    ...more,
  });
  /** As the client authenticates: by a header, or in the form. */
  const authenticated = (of: FuzzClient): { readonly headers: Text; readonly form: Text } =>
    of.client_secret === null
      ? { headers: {}, form: { client_id: of.client_id } }
      : random.chance(0.5)
        ? {
            headers: {
              authorization: `Basic ${Buffer.from(`${encodeURIComponent(of.client_id)}:${encodeURIComponent(of.client_secret)}`).toString('base64')}`,
            },
            form: {},
          }
        : { headers: {}, form: { client_id: of.client_id, client_secret: of.client_secret } };
  const asClient = (path: string, of: FuzzClient, members: Text): Draft => {
    const { headers, form: own } = authenticated(of);
    return draft(`POST ${path}`, path, { headers: head({ ...headers }), form: { ...own, ...members } });
  };
  const ownerOf = ({ client_id }: Pick<Held, 'client_id'>): FuzzClient => client(client_id);
  const cookies = (session: Session | null): Text =>
    session === null || session.cookies.size === 0
      ? {}
      : { cookie: [...session.cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
  const NO_SESSION: Session = {
    id: '0'.repeat(28),
    secret: 'none-yet',
    client_id: 'shop',
    link: `${'0'.repeat(28)}.0.${'A'.repeat(26)}`,
    ticket: 'none-yet',
    cookies: new Map(),
    form_token: 'none-yet',
    retrieval_token: 'none-yet',
  };
  const anySession = (): Session => pool.session() ?? NO_SESSION;
  const bySecret = ({ secret, client_id }: Session): Text => ({
    ...json({ origin: client(client_id).origin }),
    ...(random.chance(0.8) ? { authorization: `Bearer ${secret}` } : { 'data-session-token': secret }),
  });
  const owned =
    (
      call: string,
      method: 'GET' | 'POST',
      body?: Record<string, unknown>,
      query: Text = {},
      which: () => Session | null = () => pool.session(),
    ) =>
    (): Draft => {
      const session = which() ?? NO_SESSION;
      return draft(`${method} /session/:id/${call}`, `/session/${session.id}/${call}`, {
        headers: bySecret(session),
        query,
        ...(body === undefined ? {} : { json: body }),
      });
    };

  const makers: readonly Weighted[] = [
    [1, () => draft('GET /.well-known/openid-configuration', undefined, { headers: json() })],
    [1, () => draft('GET /.well-known/oauth-authorization-server', undefined, { headers: json() })],
    [1, () => draft('GET /.well-known/jwks.json', undefined, { headers: json() })],
    [0.5, () => draft('GET /.well-known/apple-app-site-association', undefined, { headers: json() })],
    [0.5, () => draft('GET /health', undefined, { headers: json() })],
    [0.5, () => draft('GET /ready', undefined, { headers: json() })],
    [0.5, () => draft('GET /', undefined, { headers: page() })],
    [
      1,
      () =>
        draft(
          'GET /:asset',
          random.pick(['/widget.js', '/widget-1.2.3.full.js', '/element-new.js', '/beckon.css', '/favicon.svg']),
          {
            headers: head({ 'accept-encoding': random.pick(['gzip', 'br', 'gzip, br;q=0.5', 'identity']) }),
          },
        ),
    ],
    [
      6,
      () => {
        const of = client();
        return asClient('/oauth/par', of, authorization(of));
      },
    ],
    [
      4,
      () => {
        const held = pool.take('request_uri');
        const isPushed = random.chance(0.5);
        const of = isPushed ? ownerOf(held) : client();
        return draft('GET /authorize', undefined, {
          query: isPushed ? { client_id: of.client_id, request_uri: held.text } : authorization(of),
          headers: random.chance(0.5) ? page() : json(),
        });
      },
    ],
    [
      2,
      () =>
        draft('POST /authorize', undefined, {
          form: authorization(client()),
          headers: random.chance(0.5) ? page() : json(),
        }),
    ],
    [
      12,
      () => {
        const held = pool.take('request_uri');
        const isPushed = random.chance(0.3);
        const of = isPushed ? ownerOf(held) : client();
        return draft('POST /session', undefined, {
          headers: json({ origin: of.origin }),
          json: {
            ...(isPushed ? { client_id: of.client_id, request_uri: held.text } : authorization(of)),
            ...(random.chance(0.2) ? { qr_frames: 'compact' } : {}),
          },
        });
      },
    ],
    [
      0.5,
      () =>
        draft('OPTIONS /session', undefined, {
          headers: head({
            origin: client().origin,
            'access-control-request-method': 'POST',
            'access-control-request-headers': 'authorization, content-type',
          }),
        }),
    ],
    [
      12,
      () => {
        const connector = random.chance(0.5) ? 'wallet' : random.pick(connectors);
        const mode = connector === 'wallet' ? 'qr' : random.pick(['qr', 'same_device', 'same_device', 'direct']);
        return owned('connector', 'POST', {
          connector,
          mode,
          ...(mode === 'direct' ? { login_hint: '784-1990-1234567-1' } : {}),
        })();
      },
    ],
    [6, owned('status', 'GET')],
    [8, owned('status', 'GET', undefined, {}, () => pool.fresh('approved').session)],
    [1, owned('status', 'GET', undefined, { after: '1', wait: '1' })],
    [2, owned('start', 'POST', {})],
    [1, owned('renew', 'POST', {})],
    [1, owned('cancel', 'POST', {})],
    [2, owned('confirm', 'POST', {}, {}, () => pool.fresh('approved').session)],
    [
      10,
      () => {
        const { text, session } = pool.take('link');
        const [id = '', step = '', mac = ''] = text.split('.');
        return draft('GET /session/:id/information', `/session/${session?.id ?? id}/information`, {
          query: { step, mac },
          headers: json({ authorization: `Bearer ${pool.take('wallet_token').text}` }),
        });
      },
    ],
    [
      10,
      () => {
        const { text, session } = pool.fresh('retrieval_token');
        return draft('POST /session/:id/update', `/session/${(session ?? anySession()).id}/update`, {
          headers: json({ authorization: `Bearer ${pool.take('wallet_token').text}` }),
          json: {
            decision: random.chance(0.9) ? 'approve' : 'decline',
            accepted_scopes: ['openid', 'profile', 'email', 'offline_access'],
            retrieval_token: text,
            ...(random.chance(0.1) ? { verification: String(10 + random.int(90)) } : {}),
          },
        });
      },
    ],
    [
      10,
      () => {
        const held = pool.fresh('code');
        const of = ownerOf(held);
        return asClient('/oauth/token', of, {
          grant_type: 'authorization_code',
          code: held.text,
          redirect_uri: of.redirect_uri,
          code_verifier: VERIFIER,
        });
      },
    ],
    [
      6,
      () => {
        const held = pool.fresh('refresh_token');
        return asClient('/oauth/token', ownerOf(held), {
          grant_type: 'refresh_token',
          refresh_token: held.text,
          ...(random.chance(0.3)
            ? { scope: random.pick(['openid', 'openid email', 'profile', 'openid profile email offline_access']) }
            : {}),
        });
      },
    ],
    [
      1,
      () =>
        asClient('/oauth/token', client(), {
          grant_type: random.pick([
            'client_credentials',
            'password',
            'urn:ietf:params:oauth:grant-type:device_code',
            'urn:ietf:params:oauth:grant-type:jwt-bearer',
            'urn:ietf:params:oauth:grant-type:token-exchange',
          ]),
          username: 'x',
          password: 'y',
          device_code: pool.any(),
          assertion: pool.take('id_token').text,
          subject_token: pool.take('access_token').text,
        }),
    ],
    [
      3,
      () => {
        const held = pool.take('access_token');
        const inForm = random.chance(0.2);
        return draft(`${inForm || random.chance(0.2) ? 'POST' : 'GET'} /oauth/userinfo`, undefined, {
          headers: json({ origin: ownerOf(held).origin, ...(inForm ? {} : { authorization: `Bearer ${held.text}` }) }),
          ...(inForm ? { form: { access_token: held.text } } : {}),
        });
      },
    ],
    [
      2,
      () => {
        const kind = random.pick(['access_token', 'refresh_token'] as const);
        const held = pool.take(kind);
        return asClient('/oauth/revoke', ownerOf(held), { token: held.text, token_type_hint: kind });
      },
    ],
    [
      3,
      () => {
        const kind = random.pick(['access_token', 'refresh_token'] as const);
        const held = pool.take(kind);
        const by = random.chance(0.5) ? ownerOf(held) : client('api');
        return asClient('/oauth/introspect', by, { token: held.text, token_type_hint: kind });
      },
    ],
    [
      2,
      () => {
        const held = pool.take('id_token');
        const of = ownerOf(held);
        const isGet = random.chance(0.5);
        const members = {
          id_token_hint: held.text,
          post_logout_redirect_uri: of.post_logout_redirect_uri,
          state: `bye-${random.int(1e6)}`,
          ...(random.chance(0.5) ? { client_id: of.client_id } : {}),
        };
        return draft(`${isGet ? 'GET' : 'POST'} /oauth/logout`, undefined, {
          headers: page(),
          ...(isGet ? { query: members } : { form: members }),
        });
      },
    ],
    [
      0.5,
      () =>
        draft('GET /oauth/logout/callback/:connector', `/oauth/logout/callback/${random.pick(connectors)}`, {
          headers: page(),
          query: { state: pool.fresh('state').text },
        }),
    ],
    [
      3,
      () => {
        const { text, session } = pool.take('ticket');
        const owner = session ?? anySession();
        return draft('GET /session/:id/start', `/session/${owner.id}/start`, {
          headers: page(cookies(owner)),
          query: { ticket: text },
        });
      },
    ],
    [
      2,
      () => {
        const { text, session } = pool.take('ticket');
        const owner = session ?? anySession();
        return draft('POST /session/:id/start', `/session/${owner.id}/start`, {
          headers: form(cookies(owner)),
          query: { ticket: text },
          form: { form_token: owner.form_token, action: random.chance(0.9) ? 'continue' : 'not_me' },
        });
      },
    ],
    [
      2,
      () => {
        const { text, session } = pool.take('link');
        return draft('GET /q/:link', `/${random.pick(['q', 'Q'])}/${text}`, { headers: page(cookies(session)) });
      },
    ],
    [
      2,
      () => {
        const { text, session } = pool.take('link');
        return draft('POST /q/:link', `/q/${text}`, {
          headers: form(cookies(session)),
          form: {
            form_token: session?.form_token ?? pool.take('form_token').text,
            action: random.pick(['continue', 'continue', 'number', 'not_me']),
            number: String(10 + random.int(90)),
          },
        });
      },
    ],
    [
      4,
      () => {
        const held = pool.fresh('state');
        const connector = held.connector === '' ? random.pick(connectors) : held.connector;
        return draft('GET /callback/:connector', `/callback/${connector}`, {
          headers: page(cookies(held.session)),
          query: random.chance(0.8)
            ? { code: `code-${random.int(1e9)}`, state: held.text }
            : { error: 'access_denied', state: held.text },
        });
      },
    ],
    [
      1,
      () => {
        const held = pool.fresh('state');
        const connector = held.connector === '' ? random.pick(connectors) : held.connector;
        return draft('POST /callback/:connector', `/callback/${connector}`, {
          headers: form(cookies(held.session)),
          form: { state: held.text, action: random.pick(['finish', 'not_me']) },
        });
      },
    ],
    [
      2,
      () =>
        draft('GET /authorize/response/:handle', `/authorize/response/${pool.fresh('handle').text}`, {
          headers: page(),
        }),
    ],
    [
      3,
      () => {
        const held = pool.take('request_uri');
        return draft('POST /no-script', undefined, {
          headers: form(),
          form: { client_id: held.client_id, request_uri: held.text },
        });
      },
    ],
    [
      2,
      () => {
        const session = anySession();
        const isState = random.chance(0.5);
        return draft(
          isState ? 'GET /no-script/:id/state' : 'GET /no-script/:id',
          `/no-script/${session.id}${isState ? '/state' : ''}`,
          {
            headers: page(cookies(session)),
          },
        );
      },
    ],
    [
      2,
      () => {
        const session = anySession();
        return draft('POST /no-script/:id', `/no-script/${session.id}`, {
          headers: form(cookies(session)),
          form: {
            action: random.pick(['choose', 'cancel', 'renew', 'continue']),
            connector: random.pick(connectors),
            mode: random.pick(['qr', 'same_device', 'direct']),
          },
        });
      },
    ],
    [
      3,
      () => {
        events += 1;
        const isReplayed = random.chance(0.2);
        const body = isReplayed
          ? pool.take('event').text
          : JSON.stringify({
              id: `evt_${events}`,
              type: random.pick(['session.revoked', 'consent.revoked', 'token.issued']),
              created: Math.floor(Date.now() / 1000),
              data: { sub: `sub-${random.int(50)}`, client_id: 'app_live_sandbox' },
            });
        if (!isReplayed) pool.add('event', body);
        return draft('POST /webhooks/:connector', '/webhooks/paswad', {
          headers: head({
            'content-type': 'application/json',
            'paswad-signature': createHmac('sha256', webhookSecret).update(body).digest('hex'),
          }),
          bytes: Buffer.from(body),
        });
      },
    ],
    [0.5, () => draft('GET /session/events', undefined, { headers: head() })],
    [
      0.5,
      () =>
        draft(
          'GET /nowhere',
          `/${random.pick(['nowhere', 'admin', '.env', 'metrics', 'api/sessions', 'oauth', 'session'])}`,
          { headers: random.chance(0.5) ? page() : json() },
        ),
    ],
  ];
  const total = makers.reduce((sum, [weight]) => sum + weight, 0);
  return () => {
    let at = random.next() * total;
    for (const [weight, make] of makers) {
      at -= weight;
      if (at < 0) return make();
    }
    return makers[0]![1]();
  };
}
