import type { RequestListener } from 'node:http';
import cookie from '@fastify/cookie';
import oauth2 from '@fastify/oauth2';
import session from '@fastify/session';
import fastify from 'fastify';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, SITE, COOKIE_SECRET } = process.env;
const server = fastify();

await server.register(cookie);
await server.register(session, { secret: COOKIE_SECRET, saveUninitialized: false });
await server.register(oauth2, {
  name: 'beckon',
  credentials: { client: { id: CLIENT_ID, secret: CLIENT_SECRET } },
  // PKCE follows from what the issuer says of itself.
  discovery: { issuer: ISSUER },
  scope: ['openid', 'profile', 'email'],
  startRedirectPath: '/login',
  callbackUri: `${SITE}/callback`,
});
const beckon = server.oauth2Beckon!;

server.get<{ Querystring: { error?: string } }>('/callback', async (request, reply) => {
  const { error } = request.query;
  if (error !== undefined) return reply.code(403).send(`Not signed in: ${error}`);
  const { token } = await beckon.getAccessTokenFromAuthorizationCodeFlow(request, reply);
  request.session.idToken = token.id_token ?? '';
  request.session.user = await beckon.userinfo(token);
  return reply.redirect('/', 303);
});

// Fastify reads no forms by itself, also none without fields.
server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, _body, done) =>
  done(null),
);

// Here and at Beckon, which ends the tokens. Lead here by a form, so that no other site's page signs people out.
server.post('/logout', async (request, reply) => {
  const id_token_hint = request.session.idToken ?? '';
  const leave = new URLSearchParams({ id_token_hint, post_logout_redirect_uri: `${SITE}/` });
  await request.session.destroy();
  return reply.redirect(`${ISSUER}/oauth/logout?${leave.toString()}`, 303);
});

server.get('/', async (request) => `Hello ${request.session.user?.name}`);

await server.ready();
export const app: RequestListener = (req, res) => server.routing(req, res);
