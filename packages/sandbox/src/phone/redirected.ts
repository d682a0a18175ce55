import { SandboxError } from '../http/errors.ts';
import type { PartContext } from '../part.ts';
import type { Person } from '../people.ts';
import type { Consent, Decided, Decision, Question } from './app.ts';
import { type Browser, createBrowser, type Form, type Page, textsIn } from './browser/index.ts';
import { formWith, type ProviderPages } from './provider-pages.ts';

/** A question stays open for this long, in s: Beckon's page does not say how long it waits. */
const OPEN_S = 300;

/**
 * Opens a sign-in in the phone's browser, as its camera or a tap would: Beckon's phone page or the page
 * of a same-device link (where "Continue" claims the session), and from there the provider's pages.
 * @throws SandboxError `unknown_page` when what comes up asks for nothing that the phone knows
 */
export async function openInBrowser(
  url: string,
  person: Person,
  context: PartContext,
  providers: readonly ProviderPages[],
): Promise<Question> {
  const { base, beckon, now } = context;
  const origins = [base, base.replace('//127.0.0.1', '//localhost'), beckon.issuer].map((own) => new URL(own).origin);
  const browser = createBrowser({ now, origins });
  const first = await browser.visit(url);
  const form = formWith(first, 'action', 'continue');
  const page = form === undefined ? first : await browser.submit(form, { name: 'action', value: 'continue' });
  const asksNumber = numberForm(page) !== undefined;
  if (!asksNumber && page.left === null && !providers.some((each) => each.isAt(page))) throw unknown(page);
  return {
    consent: {
      ...readConsent(first),
      verification: asksNumber ? { method: 'number', digits: 2 } : null,
      retrieval_token: 'browser',
      expires_at: Math.floor(now() / 1000) + OPEN_S,
    },
    decide: (decision) =>
      decide(browser, form === undefined ? null : { page: first, form }, person, decision, providers),
  };
}

async function decide(
  browser: Browser,
  claim: { readonly page: Page; readonly form: Form } | null,
  person: Person,
  decision: Decision,
  providers: readonly ProviderPages[],
): Promise<Decided> {
  const number = numberForm(browser.page);
  if (decision.decision === 'decline' && claim !== null && (decision.reason === 'not_me' || number !== undefined)) {
    browser.backTo(claim.page);
    return outcomeOf(await browser.submit(claim.form, { name: 'action', value: 'not_me' }));
  }
  if (decision.decision === 'approve' && number !== undefined) {
    const typed = await browser.submit(
      number,
      { name: 'action', value: 'number' },
      { number: decision.verification ?? '' },
    );
    if (!providers.some((each) => each.isAt(typed))) return outcomeOf(typed);
  }
  const provider = providers.find((each) => each.isAt(browser.page));
  if (provider === undefined) throw unknown(browser.page);
  if (decision.decision === 'decline') return outcomeOf(await provider.decline(browser));
  return outcomeOf(await finish(browser, await provider.approve(browser, person)));
}

/** Where the provider may have let its browser session answer, Beckon asks once more; who has just approved says yes. */
async function finish(browser: Browser, page: Page): Promise<Page> {
  const form = formWith(page, 'action', 'finish');
  return form === undefined ? page : browser.submit(form, { name: 'action', value: 'finish' });
}

/** Where it ended: back at the relying party, or on Beckon's last page, which a person reads. */
function outcomeOf(page: Page): Decided {
  if (page.left !== null) {
    const declined = new URL(page.left).searchParams.has('error');
    return { status: declined ? 'declined' : 'confirmed', location: page.left };
  }
  if (page.title.startsWith('Done')) return { status: 'confirmed', location: null };
  if (page.title.startsWith('Declined')) return { status: 'declined', location: null };
  throw unknown(page);
}

function numberForm(page: Page): Form | undefined {
  const form = formWith(page, 'action', 'number');
  return form?.inputs.includes('number') === true ? form : undefined;
}

function unknown({ title, status, left }: Page): SandboxError {
  const shown = left === null ? `"${title.slice(0, 200)}" (${String(status)})` : 'another site';
  return new SandboxError('unknown_page', `the phone’s browser shows ${shown}, where it can answer nothing`);
}

/** What Beckon's phone page says; the page of a same-device link names only the website. */
function readConsent({ html, url }: Page): Pick<Consent, 'client' | 'scopes' | 'requester'> {
  const one = (which: string): string => textsIn(html, which)[0] ?? '';
  const domain = one('.domain');
  const where = [one('.requester'), one('.network')].filter((part) => part !== '').join('. ');
  return {
    client: {
      name: one('.client') || new URL(url).host,
      logo_uri: null,
      origin: domain === '' ? new URL(url).origin : `https://${domain}`,
    },
    scopes: textsIn(html, '.shared').map((scope) => ({ scope, claims: [] })),
    requester: { address: where, user_agent: '', origin: null, same_network: null },
  };
}
