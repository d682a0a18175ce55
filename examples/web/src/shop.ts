/**
 * The shop: an ordinary website whose people sign in through Beckon. Everything that concerns
 * signing in is in these routes: `/login` (or `/login/request`), `/callback`, `/refresh` and `/logout`.
 */
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import { cellPage, galleryPage } from './gallery/pages.ts';
import { accountPage, leavingPage, problemPage } from './pages/account.ts';
import { elementPage, reactPage, redirectPage, scriptTagPage, spaPage, type LoginPage } from './pages/login.ts';
import { helpPage, privacyPage, webhooksPage } from './pages/notes.ts';
import { frontPage } from './pages/shop.ts';
import { playgroundPage } from './playground/page.ts';
import { RelyingParty, type ShopClient } from './oidc.ts';
import { NotFound, problemOf, UnknownClient } from './problems.ts';
import { securityHeaders } from './security-headers.ts';
import { type Session, Sessions } from './sessions.ts';
import { WebhookLog } from './webhooks.ts';

export interface ShopOptions {
  /** The session server's issuer, with no trailing slash. */
  readonly issuer: string;
  /** The shop's own origin, with no trailing slash. */
  readonly url: string;
  /** The sandbox's origin, with no trailing slash. */
  readonly sandbox: string;
  /** The first is used where a page names none by `?client=`. */
  readonly clients: readonly [ShopClient, ...ShopClient[]];
  /** Ms since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

export interface Shop {
  /** Resolves once connections are accepted. @throws `EADDRINUSE` */
  listen(port: number, host?: string): Promise<void>;
  close(): Promise<void>;
}

export function createShop(options: ShopOptions): Shop {
  const server = createServer(createApp(options));
  return {
    listen: async (port, host = '127.0.0.1') => {
      server.listen(port, host);
      await once(server, 'listening');
    },
    close: () => closeServer(server),
  };
}

function createApp({ issuer, url, sandbox, clients, now = Date.now }: ShopOptions): Express {
  const webhookLog = new WebhookLog();
  const app = express().disable('x-powered-by').set('query parser', 'simple');
  const sessions = new Sessions(url, now);
  const relyingParty = new RelyingParty(issuer, clients, `${url}/callback`);
  const files = ['public', 'dist'].map((folder) => express.static(`${import.meta.dirname}/../${folder}`));

  app.use('/assets', files);
  // The gallery's recordings name the apps' pictures here: the server that they are of is not there any more.
  app.use('/gallery/marks', express.static(`${import.meta.dirname}/../marks`));
  app.use((req, res, next) => {
    securityHeaders(res, issuer, {
      trustedTypes: req.path === '/element',
      fonts: req.path.startsWith('/gallery'),
    });
    res.locals['session'] = sessions.open(req, res);
    next();
  });

  app.get('/', (_req, res) => void res.send(frontPage(sessionOf(res).user)));
  app.get('/privacy', (_req, res) => void res.send(privacyPage(sessionOf(res).user)));
  app.get('/help', (_req, res) => void res.send(helpPage(sessionOf(res).user, sandbox)));

  // The login pages, one for each way to embed. `?client=shop-strict` signs in with number matching.
  const pageFor = (req: Request, res: Response): LoginPage => {
    const clientId = clientOf(req, clients);
    const session = sessionOf(res);
    session.loginPage = req.originalUrl;
    const query = 'client' in req.query ? `?client=${encodeURIComponent(clientId)}` : '';
    return { issuer, phone: `${sandbox}/phone`, clientId, query, user: session.user };
  };
  app.get('/redirect', (req, res) => void res.send(redirectPage(pageFor(req, res))));
  app.get('/script-tag', (req, res) => void res.send(scriptTagPage(pageFor(req, res))));
  app.get('/react', (req, res) => void res.send(reactPage(pageFor(req, res))));
  app.get(['/spa', '/spa/callback'], (req, res) => void res.send(spaPage(pageFor(req, res))));
  app.get('/element', async (req, res) => {
    const page = pageFor(req, res);
    const requestUri = await relyingParty.push(page.clientId, sessionOf(res).logins);
    res.send(elementPage({ ...page, requestUri }));
  });

  // For designers: every state of the widget, and its options to try.
  app.get('/gallery', (_req, res) => void res.send(galleryPage(sessionOf(res).user)));
  app.get('/gallery/cell', (_req, res) => void res.send(cellPage()));
  app.get('/playground', (_req, res) => void res.send(playgroundPage({ issuer, user: sessionOf(res).user })));

  // An ordinary login route. The redirect page leads here, and form A shows it in a frame. `?scope=`
  // asks for other claims, to try what the providers have.
  app.get('/login', async (req, res) => {
    const scope = req.query['scope'];
    const asked = typeof scope === 'string' ? scope : undefined;
    const to = await relyingParty.authorizationUrl(clientOf(req, clients), sessionOf(res).logins, asked);
    res.redirect(to.href);
  });

  // The widget's `request-url`: a fresh authorization request whenever a sign-in starts.
  app.post('/login/request', async (req, res) => {
    const client_id = clientOf(req, clients);
    res.json({ client_id, request_uri: await relyingParty.push(client_id, sessionOf(res).logins) });
  });

  app.get('/callback', async (req, res) => {
    const session = sessionOf(res);
    const user = await relyingParty.finish(new URL(req.originalUrl, url), session.logins);
    sessions.signIn(req, res, session, user);
    res.redirect(303, '/me');
  });

  app.get('/me', (_req, res) => {
    const { user } = sessionOf(res);
    if (user === null) res.redirect(303, '/');
    else res.send(accountPage(user));
  });

  // POSTs: the cookie is SameSite=Lax, so that no other site's page can sign people out.
  app.post('/refresh', async (_req, res) => {
    const session = sessionOf(res);
    if (session.user !== null) session.user = await relyingParty.refresh(session.user);
    res.redirect(303, '/me');
  });

  app.post('/logout', (req, res) => {
    sessions.end(req, res);
    res.redirect(303, '/');
  });

  // Here, at the issuer, which ends the tokens, and at the provider. A page leads there and not a redirect, which would be
  // one of the form's: the shop's own policy (`form-action`) would have to name each provider.
  app.post('/logout/everywhere', async (req, res) => {
    const { user } = sessionOf(res);
    sessions.end(req, res);
    if (user === null) res.redirect(303, '/');
    else res.send(leavingPage((await relyingParty.endSessionUrl(user, `${url}/`)).href));
  });

  // The issuer calls it when a sign-in is over that the shop did not end itself, too.
  app.post('/logout/backchannel', express.urlencoded({ extended: false, limit: '16kb' }), async (req, res) => {
    const { logout_token } = req.body as Readonly<Record<string, unknown>>;
    try {
      sessions.endSignIn(await relyingParty.signInOf(String(logout_token)));
      res.status(200).end();
    } catch {
      res.status(400).json({ error: 'invalid_request', error_description: 'this logout token is not taken' });
    }
  });

  // The session server tells of sign-ins and of their ends, signed. The body is verified as it came.
  app.post('/webhooks', express.text({ type: 'application/json', limit: '64kb' }), (req, res) => {
    try {
      webhookLog.take(req.headers, String(req.body));
      res.status(204).end();
    } catch {
      res.status(400).json({ error: 'invalid_request', error_description: 'this delivery is not signed for the shop' });
    }
  });
  app.get('/webhooks', (_req, res) => {
    res.send(webhooksPage(sessionOf(res).user, webhookLog.latest));
  });

  app.use(() => {
    throw new NotFound('there is nothing at this address');
  });
  app.use(onError);
  return app;
}

const onError: ErrorRequestHandler = (error, req, res, next) => {
  const { status, title, text, code } = problemOf(error);
  if (status >= 500) console.error(`shop: ${req.method} ${req.path}:`, error);
  if (res.headersSent) return next(error);
  res.status(status);
  if (req.path === '/login/request') res.json({ error: code ?? 'server_error', error_description: text });
  else res.send(problemPage({ title, text, code, retry: sessionOf(res).loginPage, user: sessionOf(res).user }));
};

function sessionOf(res: Response): Session {
  return res.locals['session'] as Session;
}

/** The client that the page names, or the first. @throws UnknownClient */
function clientOf(req: Request, clients: ShopOptions['clients']): string {
  const wanted = req.query['client'] ?? clients[0].client_id;
  const found = clients.find(({ client_id }) => client_id === wanted);
  if (!found) throw new UnknownClient('the shop has no such client');
  return found.client_id;
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
