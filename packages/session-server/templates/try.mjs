/**
 * A website and a phone, to try the sign-in with on this machine: `node try.mjs`, beside `npx beckon-server start`.
 *
 * The website does by hand what an OpenID Connect client library does for yours. Yours checks the id_token's
 * signature too, and keeps its sessions in a store. The phone is @beckon/sandbox.
 */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { loadEnvFile } from 'node:process';

// As in beckon.config.mjs.
const issuer = 'http://127.0.0.1:4400';
const website = 'http://localhost:3000';
const phone = 'http://127.0.0.1:4402';
const client_id = 'shop';
const redirect_uri = `${website}/callback`;

loadEnvFile(new URL('beckon.secrets.env', import.meta.url));
const authorization = `Basic ${btoa([client_id, process.env.SHOP_SECRET].map(encodeURIComponent).join(':'))}`;

const random = () => randomBytes(32).toString('base64url');
/** What each browser has begun, by its cookie and `state`, and nothing after ten minutes. */
const begun = new Map();

const routes = {
  'GET /': async (_request, response) => {
    const isUp = await fetch(`${issuer}/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    const main = isUp
      ? LOGIN
      : '<p>The server does not answer. Run <code>npx beckon-server start</code>, and reload.</p>';
    page(response, isUp ? 200 : 503, 'Sign in', main);
  },

  // The widget asks for a request whenever a sign-in starts. It is pushed (RFC 9126), with PKCE.
  'POST /login/request': async (request, response) => {
    const login = { browser: random(), state: random(), nonce: random(), verifier: random() };
    const pushed = await post('/oauth/par', {
      response_type: 'code',
      scope: 'openid profile email',
      redirect_uri,
      state: login.state,
      nonce: login.nonce,
      code_challenge: createHash('sha256').update(login.verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    login.browser = cookieOf(request) ?? login.browser;
    begun.set(`${login.browser} ${login.state}`, login);
    setTimeout(() => begun.delete(`${login.browser} ${login.state}`), 600_000).unref();
    response.setHeader('set-cookie', `login=${login.browser}; HttpOnly; SameSite=Lax; Path=/`);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ client_id, request_uri: pushed.request_uri }));
  },

  'GET /callback': async (request, response, query) => {
    const key = `${cookieOf(request)} ${query.get('state')}`;
    const login = begun.get(key);
    begun.delete(key);
    if (login === undefined || query.get('iss') !== issuer)
      return page(response, 400, 'This sign-in is over', '<p><a href="/">Start again</a></p>');
    if (query.has('error'))
      return page(
        response,
        200,
        'You are not signed in',
        `<p>${escape(query.get('error'))}. <a href="/">Start again</a></p>`,
      );

    const tokens = await post('/oauth/token', {
      grant_type: 'authorization_code',
      code: query.get('code'),
      redirect_uri,
      code_verifier: login.verifier,
    });
    const idToken = JSON.parse(Buffer.from(tokens.id_token.split('.')[1], 'base64url').toString());
    if (idToken.iss !== issuer || idToken.aud !== client_id || idToken.nonce !== login.nonce)
      throw new Error('the id_token is not for this sign-in');
    const bearer = { authorization: `Bearer ${tokens.access_token}` };
    const person = await (await fetch(`${issuer}/oauth/userinfo`, { headers: bearer })).json();
    const claims = escape(JSON.stringify({ ...person, ...idToken }, null, 2));
    const name = escape(person.name ?? person.sub);
    page(response, 200, `You are signed in as ${name}`, `<pre>${claims}</pre><p><a href="/">Sign in again</a></p>`);
  },
};

const LOGIN = `
  <script src="${issuer}/widget.js" async></script>
  <beckon-signin request-url="/login/request"></beckon-signin>
  <p><a href="${phone}/phone" target="_blank" id="phone">Open the phone</a>: it scans the code that this page shows.</p>
  <script>
    // Hands the code that is shown to the phone's page, so that no camera is needed.
    let state;
    document.addEventListener('beckon-status', (event) => { state = event.detail.state; });
    setInterval(() => {
      const now = performance.timeOrigin + performance.now() + (state?.session?.clockOffset ?? 0);
      const qr = state?.phase === 'qr' ? state.qr : null;
      const index = qr?.macs ? Math.max(0, Math.min(Math.floor((now - qr.from_ms) / qr.interval_ms), qr.macs.length - 1)) : 0;
      const code = qr?.macs ? qr.prefix + (qr.step + index) + '.' + qr.macs[index] : qr?.frames[0].text;
      const text = state?.phase === 'same_device' ? state.url : code;
      document.querySelector('#phone').href = '${phone}/phone' + (text ? '#text=' + encodeURIComponent(text) : '');
    }, 500);
  </script>`;

async function post(path, form) {
  const response = await fetch(issuer + path, {
    method: 'POST',
    headers: { authorization },
    body: new URLSearchParams(form),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${path} answered ${answer.error}: ${answer.error_description}`);
  return answer;
}

function cookieOf(request) {
  return /(?:^|; )login=([\w-]{43})(?:;|$)/.exec(request.headers.cookie ?? '')?.[1];
}

function escape(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function page(response, status, title, main) {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>
  body { max-width: 32rem; margin: 3rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; }
  pre { overflow: auto; padding: 1rem; border: 1px solid; border-radius: 0.5rem; }
</style>
<h1>${title}</h1>
${main}
</html>`);
}

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', website);
  const route = routes[`${request.method} ${pathname}`];
  if (route === undefined) return page(response, 404, 'Not found', '<p><a href="/">Sign in</a></p>');
  try {
    await route(request, response, searchParams);
  } catch (error) {
    console.error(error.cause?.code ?? error.message);
    page(response, 502, 'Sign-in did not work', '<p>The terminal says why. <a href="/">Start again</a></p>');
  }
});

const sandbox = await import('@beckon/sandbox').catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.error('try.mjs: the phone is in the package @beckon/sandbox. Install it in this folder, and run this again.');
  process.exit(1);
});
const { createSandbox } = sandbox;

function cannotListen(error) {
  console.error(`try.mjs: port 3000 or 4402 is not free (${error.code}): stop what listens there, and run this again.`);
  process.exit(1);
}
server.once('error', cannotListen).listen(3000, 'localhost');
await once(server, 'listening');
await createSandbox({ issuer: phone, beckon: { issuer, shop: website } })
  .listen(4402)
  .catch(cannotListen);
console.log(`website  ${website}  open this, and sign in`);
console.log(`phone    ${phone}/phone  scans and approves`);
console.log('Ctrl-C stops both.');
