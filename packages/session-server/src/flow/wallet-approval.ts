import type { Connector, WalletCapability, WalletHolder } from '../connectors/connector.ts';
import { type Secrets, sameBytes } from '../secrets/index.ts';
import {
  type Identity,
  type Lifetimes,
  type RetrievedSession,
  type Session,
  askedClaims,
  readableAddress,
  transition,
} from '../session/index.ts';
import { soundHolder, soundIdentity } from './connector-answers.ts';
import { unmetBy } from './demands.ts';
import { FlowError } from './flow-error.ts';
import type { Codes } from './codes.ts';
import type { Consent, Scan, WalletPort } from './wallet-port.ts';
import type { Links } from './links.ts';
import { assertRecent } from './recent-authentication.ts';
import { refusal } from './refusal.ts';
import { relyingPartyOf } from './preview.ts';
import type { Loaded, SessionRows } from './session-rows.ts';

export interface WalletApprovalDependencies {
  readonly rows: SessionRows;
  readonly codes: Pick<Codes, 'confirm'>;
  readonly links: Links;
  readonly secrets: Secrets;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly lifetimes: Lifetimes;
  /** A whole number from 0 up to, not including, `below`. */
  readonly randomInt: (below: number) => number;
  /** The redirect that the wallet's own browser opens at the end of a same-device sign-in. */
  readonly collect: (confirmed: Loaded) => Promise<string>;
}

/** The phone's side of a wallet session: scan, then decide. */
export function createWalletApproval(deps: WalletApprovalDependencies): Pick<WalletPort, 'retrieve' | 'update'> {
  const { rows, codes, secrets } = deps;

  return {
    async retrieve(scan, access_token, phone) {
      // What is refused is refused by the store's word.
      let good: Session | null = null;
      const found = await authenticated(deps, scan.session_id, access_token, (known) => {
        if (deps.links.verify(known.session, scan, known.now) === 'ok') good = known.session;
        return good !== null;
      });
      const { session, holder } = found;
      if (session !== good) checkScan(deps, found, scan, holder);
      const number = String(10 + deps.randomInt(90));
      if (session.choice === null) throw refusal('invalid_transition');
      const { choice } = session;
      const result = await rows.apply(session, { type: 'retrieve', choice, holder, device: phone, number });
      if (!result.ok) throw refusal(result.error, result.session);
      if (result.session.status !== 'retrieved') throw refusal('invalid_transition');
      const token = Buffer.from(secrets.mac('retrieval', retrievalText(session.id, holder))).toString('base64url');
      return consentOf(result.session, token);
    },

    async update(session_id, access_token, decision) {
      const attempt = (by: string) =>
        ({
          type: 'confirm',
          holder: by,
          number: decision.verification,
          scope: withOpenid(decision.accepted_scopes),
          identity: UNIDENTIFIED,
        }) as const;
      // The number is one try, and the issuer is only asked for claims that will be used.
      const rehearses = ({ session, now }: Loaded, by: string): boolean =>
        transition(session, attempt(by), now, deps.lifetimes).ok;
      const found = await authenticated(deps, session_id, access_token, rehearses);
      const { session, holder, wallet, walletHolder } = found;
      if (session.status === 'initialized') {
        throw new FlowError('invalid_transition', 'the session has not been retrieved: ask for its information first');
      }
      const given = Buffer.from(decision.retrieval_token, 'base64url');
      if (!secrets.macs('retrieval', retrievalText(session.id, holder)).some((made) => sameBytes(made, given))) {
        throw new FlowError(
          'already_claimed',
          'retrieval_token: not the one that this wallet was given for this session',
        );
      }
      if (decision.decision === 'decline') {
        const declined = await rows.apply(session, {
          type: 'decline',
          holder,
          reason: decision.reason,
          message: null,
        });
        if (!declined.ok) throw refusal(declined.error, declined.session);
        return { status: 'declined', location: null };
      }
      const event = attempt(holder);
      const identity = rehearses(found, holder)
        ? soundIdentity(await wallet.identify(access_token, walletHolder, event.scope))
        : UNIDENTIFIED;
      const unmet =
        identity === UNIDENTIFIED ? null : unmetBy(session.request, session.choice?.connector ?? '', identity, secrets);
      if (unmet !== null) {
        const mine = (before: Session): readonly [] | null =>
          before.status === 'retrieved' && before.retrieval.holder === holder ? [] : null;
        const ended = await rows.apply(session, { type: 'fail', error: unmet.error }, mine, unmet.why);
        throw refusal('invalid_transition', ended.session);
      }
      const result = await codes.confirm(session, { ...event, identity }, ({ request }, at) => {
        // What the rehearsal refused.
        if (identity === UNIDENTIFIED) return null;
        assertRecent(identity, request, at);
        return [];
      });
      // Only its holder has the token: the first answer was lost, and the website faster than the second try.
      if (result.session.status === 'completed') return { status: 'confirmed', location: null };
      if (!result.ok) throw refusal(result.error, result.session);
      const sameDevice = result.session.choice?.mode === 'same_device';
      return { status: 'confirmed', location: sameDevice ? await deps.collect(result) : null };
    },
  };
}

/** Stands in while a confirmation is only rehearsed; never stored, since a refused confirmation keeps no identity. */
const UNIDENTIFIED: Identity = { subject: '', claims: {}, acr: null, amr: [], auth_time: null };

async function authenticated(
  { rows, connectors, secrets }: WalletApprovalDependencies,
  session_id: string,
  access_token: string,
  serves: (known: Loaded, holder: string) => boolean,
): Promise<Loaded & { holder: string; wallet: WalletCapability; walletHolder: WalletHolder }> {
  // The token first: who is no wallet learns nothing of a session, not even whether there is one.
  const trusted = [...connectors.values()].flatMap((connector) =>
    connector.wallet === null ? [] : [{ id: connector.id, wallet: connector.wallet }],
  );
  let refused: unknown = null;
  for (const { id, wallet } of trusted) {
    try {
      const walletHolder = soundHolder(await wallet.authenticate(access_token));
      const holder = secrets.fingerprint(JSON.stringify([id, walletHolder.issuer, walletHolder.subject]));
      const { session, now } = await rows.load(
        session_id,
        (known) => known.session.choice?.connector === id && serves(known, holder),
      );
      if (session.choice?.connector !== id) {
        refused = new FlowError('invalid_transition', 'the browser has not chosen this wallet for the session');
        continue;
      }
      return { session, now, holder, wallet, walletHolder };
    } catch (cause) {
      if (cause instanceof FlowError) throw cause;
      refused = cause;
    }
  }
  throw refused ?? new FlowError('wallet_not_trusted', 'this server has no wallet connector');
}

/** A frame must be fresh, unless the same wallet comes back for what it has already claimed. */
function checkScan({ links }: WalletApprovalDependencies, { session, now }: Loaded, scan: Scan, holder: string): void {
  const verdict = links.verify(session, scan, now);
  if (verdict === 'ok') return;
  if (verdict === 'forged') throw new FlowError('invalid_request', 'mac: this server did not make this code');
  const own = session.status === 'retrieved' && session.retrieval.holder === holder;
  if (!own) throw new FlowError('qr_stale', 'the code is too old: scan the one that is shown now');
}

function consentOf(session: RetrievedSession, retrieval_token: string): Consent {
  const { policy, retrieval, browser, request } = session;
  return {
    client: relyingPartyOf(session),
    scopes: askedClaims(request, session.choice.connector),
    requester: {
      address: readableAddress(browser.address),
      user_agent: browser.user_agent,
      origin: browser.origin,
      // What is not known must not read as "nothing to say".
      same_network: policy.network === 'allow' ? null : retrieval.same_network === true,
    },
    verification: retrieval.number === null ? null : { method: 'number', digits: 2 },
    ...(request.acr_values.length === 0 ? {} : { acr_values: request.acr_values }),
    retrieval_token,
    expires_at: Math.floor(session.expires_at / 1000),
  };
}

/** `openid` asks for no claim of its own: every approval includes it. */
function withOpenid(accepted: readonly string[]): readonly string[] {
  return accepted.includes('openid') ? accepted : ['openid', ...accepted];
}

/** What the retrieval token is derived from: it is the same when the same wallet comes back. */
function retrievalText(session_id: string, holder: string): string {
  return JSON.stringify([session_id, holder]);
}
