import express, { type Request, type Response, type Router } from 'express';
import { onlyMethods } from '../http/answer.ts';
import { html, sendPage } from '../http/html.ts';
import type { PartContext } from '../part.ts';
import { type UaePassAccount, type UaePassAccounts, SCOPES } from './accounts.ts';
import { CLIENT } from './client.ts';
import { cookieOf, SESSION_COOKIE } from './cookie.ts';
import { approvePage, loginPage, overPage } from './pages.ts';
import type { Authorization, Requests, Transaction } from './requests.ts';

const ACR_VALUES = new Set([
  'urn:safelayer:tws:policies:authentication:level:low',
  'urn:digitalid:authentication:flow:mobileondevice',
]);
const ONCE = ['client_id', 'redirect_uri', 'response_type', 'scope', 'state', 'acr_values', 'code_challenge'];

const form = express.urlencoded({ extended: false, limit: '8kb' });

/** `/idshub/authorize` and the pages that follow: log in, choose the number in the app, back to the relying party. */
export function mountAuthorize(
  router: Router,
  context: PartContext,
  accounts: UaePassAccounts,
  requests: Requests,
): void {
  router
    .route('/idshub/authorize')
    .get((req, res) => {
      const query = new URL(req.originalUrl, context.base).searchParams;
      const problem = clientProblem(query, context.beckon.issuer);
      if (problem !== null) {
        sendPage(res, {
          status: 400,
          title: 'Request refused',
          provider: 'UAE PASS',
          body: html`<h1>Request refused</h1>
            <p class="error">${problem}</p>`,
        });
        return;
      }
      const authorization = authorizationOf(query);
      const error = requestProblem(query);
      if (error !== null) {
        back(res, authorization, { error });
        return;
      }
      const transaction = requests.begin(authorization);
      loginPage(res, transaction, accounts, {
        known: requests.signedIn(cookieOf(req, SESSION_COOKIE)),
        problem: null,
      });
    })
    .all(onlyMethods('GET'));

  /** `{ transaction, username }`: tells the app of this person. `{ transaction, cancel }`: ends it. */
  router
    .route('/login')
    .post(form, (req, res) => {
      const transaction = living(req, res);
      if (transaction === null) return;
      if (field(req, 'cancel') !== '') {
        end(res, transaction, { error: 'cancelledOnWeb' });
        return;
      }
      const account = accounts.find(field(req, 'username'));
      if (account === null) {
        loginPage(res, transaction, accounts, { known: null, problem: 'No UAE PASS account belongs to this.' });
        return;
      }
      notify(transaction, account);
      res.redirect(303, `${req.baseUrl}/approve?transaction=${transaction.id}`);
    })
    .all(onlyMethods('POST'));

  /** The number for the app. `{ transaction, number }` chooses one; `{ transaction, cancel }` cancels in the app. */
  router
    .route('/approve')
    .get((req, res) => {
      const transaction = living(req, res);
      if (transaction === null) return;
      if (transaction.standing.at === 'app') approvePage(res, transaction, transaction.standing);
      else if (transaction.standing.at === 'login')
        loginPage(res, transaction, accounts, { known: null, problem: null });
      else answer(res, transaction);
    })
    .post(form, (req, res) => {
      const transaction = living(req, res);
      if (transaction === null) return;
      const { standing } = transaction;
      if (standing.at === 'app') {
        if (field(req, 'cancel') !== '') transaction.standing = { at: 'end', answer: { error: 'cancelledOnApp' } };
        else if (field(req, 'number') === standing.number) approve(transaction, standing.account, requests, res);
        // The app ends a request whose number was not matched.
        else transaction.standing = { at: 'end', answer: { error: 'access_denied' } };
      }
      answer(res, transaction);
    })
    .all(onlyMethods('GET', 'POST'));

  function living(req: Request, res: Response): Transaction | null {
    const id = req.method === 'GET' ? req.query['transaction'] : field(req, 'transaction');
    const found = typeof id === 'string' ? requests.transaction(id) : null;
    if (found === null) overPage(res);
    return found;
  }

  function notify(transaction: Transaction, account: UaePassAccount): void {
    const numbers = requests.numbers();
    transaction.standing = { at: 'app', account, number: numbers[0], numbers: numbers.toSorted() };
  }

  /** Back to the relying party with what became of it; with a code only once it was approved. */
  function answer(res: Response, transaction: Transaction): void {
    const { standing, authorization } = transaction;
    if (standing.at === 'end') back(res, authorization, standing.answer);
    else overPage(res);
  }

  function end(res: Response, transaction: Transaction, result: { readonly error: string }): void {
    transaction.standing = { at: 'end', answer: result };
    back(res, transaction.authorization, result);
  }
}

/** Also used by the phone's app; there is then no browser to sign in. */
export function approve(
  transaction: Transaction,
  account: UaePassAccount,
  requests: Requests,
  res: Response | null,
): void {
  const code = requests.code(transaction.authorization, account);
  transaction.standing = { at: 'end', answer: { code } };
  res?.cookie(SESSION_COOKIE, requests.signIn(account), { httpOnly: true, sameSite: 'lax', path: '/uaepass' });
}

/** What may not be answered by a redirect: it is not known yet whose address it is. */
function clientProblem(query: URLSearchParams, beckon: string): string | null {
  if (ONCE.some((name) => query.getAll(name).length > 1)) return 'A parameter was sent twice.';
  if (query.get('client_id') !== CLIENT.id) return 'Consumer Key not found.';
  const redirect = query.get('redirect_uri') ?? '';
  if (!redirect.startsWith(`${beckon}/callback/`) || !URL.canParse(redirect))
    return 'The redirect URI is not registered for this service provider.';
  return null;
}

function requestProblem(query: URLSearchParams): string | null {
  if (query.get('response_type') !== 'code') return 'unsupported_response_type';
  const scope = (query.get('scope') ?? '').split(' ');
  const known: readonly string[] = Object.values(SCOPES);
  if (!scope.includes(SCOPES.general) || scope.some((each) => !known.includes(each))) return 'invalid_scope';
  if (!ACR_VALUES.has(query.get('acr_values') ?? '')) return 'invalid_request';
  if (query.has('code_challenge') !== (query.get('code_challenge_method') === 'S256')) return 'invalid_request';
  return null;
}

function authorizationOf(query: URLSearchParams): Authorization {
  return {
    clientId: query.get('client_id') ?? '',
    redirectUri: query.get('redirect_uri') ?? '',
    scope: (query.get('scope') ?? '').split(' '),
    state: query.get('state'),
    challenge: query.get('code_challenge'),
    language: query.get('ui_locales') === 'ar' ? 'ar' : 'en',
  };
}

function back(
  res: Response,
  { redirectUri, state }: Authorization,
  result: { readonly code?: string; readonly error?: string },
): void {
  const url = new URL(redirectUri);
  if (result.code !== undefined) url.searchParams.set('code', result.code);
  if (result.error !== undefined) url.searchParams.set('error', result.error);
  if (state !== null) url.searchParams.set('state', state);
  res.redirect(303, url.href);
}

function field(req: Request, name: string): string {
  const body: unknown = req.body;
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
  return typeof value === 'string' ? value : '';
}
