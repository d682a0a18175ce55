/** Every state that a person can see, and what is played for it. */
import type { ConnectorOffer, SignInOptions, SignInState, Snapshot } from '@beckon/widget';
import type { Heard, Player, Playing } from './player.ts';
import { clock } from './clock.ts';
import recorded from './recordings.json' with { type: 'json' };

const RECORDINGS = recorded as unknown as Readonly<Record<keyof typeof recorded, readonly Heard[]>>;

export interface State extends Omit<Playing, 'heard'> {
  readonly phase: SignInState['phase'];
  readonly heard: readonly Heard[];
  readonly display?: 'inline' | 'button' | 'dialog';
  /** As on the session server's own page. */
  readonly alone?: boolean;
  /** Of the website, where the server's own page knows it. */
  readonly site?: string;
  /** The browser would not leave by itself, as from a frame: where the link leads. */
  readonly continueTo?: string;
  /** The page goes on by itself (`redirect={false}`). */
  readonly taken?: boolean;
  /** The sign-in is a login route in an iframe, and that never speaks. */
  readonly framed?: boolean;
  /** The page is not begun: what a server has rendered. */
  readonly unbegun?: boolean;
  /** Within another app, as the browser calls itself. */
  readonly userAgent?: string;
  /** Why it does not fit in a low window. Without, nothing may be scrolled there. */
  readonly scrolls?: string;
  /** What happens after the last message. */
  readonly after?: (player: Player) => Promise<void> | void;
  /** The person looks behind whatever is folded up. */
  readonly opens?: boolean;
  /** What the person types into the field that there is. */
  readonly types?: string;
  /** The names of the buttons and links that the person presses in the end. Links lead nowhere. */
  readonly presses?: readonly RegExp[];
  /** Ms that pass then. */
  readonly waits?: number;
}

/** A recording until that message, the last one by default. */
function play(name: keyof typeof recorded, messages?: number): readonly Heard[] {
  return RECORDINGS[name].slice(0, messages);
}

/** The same with something that the demo has not. */
function amended(heard: readonly Heard[], change: (snapshot: Snapshot) => Partial<Snapshot>): readonly Heard[] {
  return heard.map((each) =>
    'session_id' in each.body ? { ...each, body: { ...each.body, ...change(each.body as Snapshot) } } : each,
  );
}

/** As `docs/reference/http-api.md` has refusals. */
function refused(of: Heard['of'], status: number, error: string, retry_after?: number): Heard {
  const request_id = 'SSNXTKRZM86SA70QNKA6D9B35Y';
  const body = { error, error_description: 'as the reference says', request_id };
  return { of, status, request_id, ...(retry_after && { retry_after }), body };
}

/** A client that is refused asks so often. */
const five = (refusal: () => Heard): readonly Heard[] => Array.from({ length: 5 }, refusal);
const NOTHING: Heard = { of: 'create', status: 0, request_id: null, body: {} };

const asks = (connector: string, mode: 'qr' | 'same_device' | 'direct', typed?: string) => (player: Player) =>
  player.signIn.choose(connector, mode, typed);
const TYPED = { connector: 'pasby', mode: 'direct', typed: '19999999999' } as const;
const passes = (ms: number) => () => clock.pass(ms);
const manual: Partial<SignInOptions> = { refreshExpired: 'manual' };

const LONG_CLIENT = 'The Municipal Library of Llanfairpwllgwyngyll and the Surrounding Villages';
const LONG_APP = 'Nationwide Electronic Identification Wallet for Residents and Visitors';
const [FIRST] = (RECORDINGS['qr-wallet'][0]!.body as Snapshot).connectors as readonly [ConnectorOffer];

const named = (client: string, app: string) => (snapshot: Snapshot) => ({
  client: { ...snapshot.client, name: client },
  connectors: snapshot.connectors.map((offer, i) => (i === 0 ? { ...offer, names: { en: app } } : offer)),
});
const longNames = named(LONG_CLIENT, LONG_APP);
const rtlNames = named('مكتبة الصباح للقهوة', 'محفظة الهوية');
const markSvg =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" rx="10" fill="#2c5a4b"/><path d="M20 9c7 0 10 5 10 11s-3 11-10 11-10-5-10-11S13 9 20 9zm0 0c-4 5 4 9 0 22" fill="none" stroke="#fff" stroke-width="2.5"/></svg>';
const withMark = ({ client }: Snapshot) => ({
  client: { ...client, logo_uri: `data:image/svg+xml,${encodeURIComponent(markSvg)}` },
});
const eight = ({ connectors }: Snapshot) => ({
  connectors: [...connectors, { ...FIRST, id: 'eighth', names: { en: 'Harbour ID' }, button: null }],
});

const bare = ({ client, connectors }: Snapshot) => ({
  client: { ...client, logo_uri: null },
  connectors: connectors.map((offer) => ({ ...offer, mark: null })),
});
const onlyDirect = ({ connectors }: Snapshot) => ({
  connectors: connectors.filter(({ id }) => id === 'pasby').map((offer) => ({ ...offer, modes: ['direct' as const] })),
});
/** A session that ends in another way than the recorded one. */
const ended = (status: 'declined' | 'failed', error: string): readonly Heard[] =>
  amended(play('declined'), (snapshot) =>
    snapshot.error === null ? {} : { status, error: { error, error_description: 'as the reference says' } },
  );
const INSTAGRAM =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/22B83 Instagram 361.0.0.35.82 (iPhone16,1; iOS 18_1; en_GB)';
const inApp = { phone: true, userAgent: INSTAGRAM } as const;
/** The person opens the app's link, and sees this page still. */
const opensNothing = { presses: [/^Open [^“]+$/], waits: 3_000 } as const;
const blocks = (): void => {
  const blockedURI = `${location.origin}/`;
  const of = { effectiveDirective: 'frame-src', disposition: 'enforce', blockedURI } as const;
  window.dispatchEvent(new SecurityPolicyViolationEvent('securitypolicyviolation', { ...of, documentURI: blockedURI }));
};

const TWO = play('two-apps');
const SEVEN = play('qr-wallet', 1);
const QR = play('qr-wallet');
const ONE = play('one-app');
const lastSeconds = (heard: readonly Heard[], left_ms: number) => () => {
  const { expires_at } = heard.findLast(({ body }) => 'expires_at' in body)!.body as Snapshot;
  clock.set(expires_at * 1000 - left_ms);
  return clock.pass(0);
};

export const STATES: Readonly<Record<string, State>> = {
  idle: { phase: 'idle', heard: [], unbegun: true },
  starting: { phase: 'starting', heard: [] },
  'starting-slow': { phase: 'starting', heard: [], after: passes(8_500) },
  'starting-chosen': { phase: 'starting', heard: SEVEN, after: asks('wallet', 'qr') },

  'starting-same-device': { phase: 'starting', heard: SEVEN, after: asks('wallet', 'same_device'), phone: true },
  'starting-chosen-slow': {
    phase: 'starting',
    heard: SEVEN,
    after(player) {
      asks('wallet', 'qr')(player);
      return clock.pass(8_500);
    },
    opens: true,
  },

  'choosing-2': { phase: 'choosing', heard: TWO },
  'choosing-7': { phase: 'choosing', heard: SEVEN },
  'choosing-8': { phase: 'choosing', heard: amended(SEVEN, eight) },
  'choosing-last-used': { phase: 'choosing', heard: SEVEN, lastUsed: 'uaepass' },
  'choosing-found': { phase: 'choosing', heard: SEVEN, types: 'pas' },
  'choosing-none-found': { phase: 'choosing', heard: SEVEN, types: 'bank' },
  'choosing-bare': { phase: 'choosing', heard: amended(SEVEN, bare) },
  'choosing-unavailable': {
    phase: 'choosing',
    heard: [...TWO, refused('connector', 502, 'connector_unavailable')],
    choice: { connector: 'pasby', mode: 'qr' },
  },
  'choosing-long-names': { phase: 'choosing', heard: amended(SEVEN, longNames) },
  'choosing-rtl-names': { phase: 'choosing', heard: amended(SEVEN, rtlNames) },
  'choosing-mark': { phase: 'choosing', heard: amended(SEVEN, withMark) },

  'busy-starting': { phase: 'busy', heard: [refused('create', 429, 'rate_limited', 20)] },
  'busy-app': {
    phase: 'busy',
    heard: [...SEVEN, refused('connector', 429, 'rate_limited', 20)],
    choice: { connector: 'pasby', mode: 'qr' },
  },

  identifier: { phase: 'qr', heard: play('qr-pasby'), opens: true, presses: [/to my phone/i] },
  'identifier-only': { phase: 'identifier', heard: amended(SEVEN, onlyDirect) },
  'identifier-refused': { phase: 'identifier', heard: play('no-such-number'), choice: TYPED },
  'identifier-busy': {
    phase: 'identifier',
    heard: [...SEVEN, refused('connector', 429, 'rate_limited', 40)],
    choice: TYPED,
  },
  'identifier-busy-unknown': {
    phase: 'identifier',
    heard: [...SEVEN, ...five(() => refused('connector', 429, 'rate_limited'))],
    choice: TYPED,
  },

  qr: { phase: 'qr', heard: ONE },
  'qr-bare': { phase: 'qr', heard: amended(ONE, bare) },
  'qr-wallet': { phase: 'qr', heard: QR },
  'qr-pasby': { phase: 'qr', heard: play('qr-pasby') },
  'qr-didit': { phase: 'qr', heard: play('qr-didit') },
  'qr-krdpass': { phase: 'qr', heard: play('qr-krdpass') },
  'qr-uaepass': { phase: 'qr', heard: play('qr-uaepass') },
  'qr-paswad': { phase: 'qr', heard: play('qr-paswad') },
  'qr-oidc': { phase: 'qr', heard: play('qr-oidc') },
  'qr-last-seconds': { phase: 'qr', heard: ONE, after: lastSeconds(ONE, 5_000) },
  'qr-last-seconds-final': { phase: 'qr', heard: ONE, options: manual, after: lastSeconds(ONE, 15_000) },
  'qr-reconnecting': { phase: 'qr', heard: QR, after: (player) => player.cut() },
  'qr-long-names': { phase: 'qr', heard: amended(QR, longNames) },
  'qr-rtl-names': { phase: 'qr', heard: amended(QR, rtlNames) },
  'qr-mark': { phase: 'qr', heard: amended(QR, withMark) },
  'qr-phone': { phase: 'qr', heard: QR, phone: true },
  'qr-other-ways': { phase: 'qr', heard: play('qr-pasby'), opens: true },
  'qr-other-app': { phase: 'qr', heard: QR, opens: true, presses: [/another app/i] },

  'same-device': { phase: 'same_device', heard: play('same-device-wallet') },
  'same-device-phone': { phase: 'same_device', heard: play('same-device-wallet'), phone: true },
  'same-device-uaepass': { phase: 'same_device', heard: play('same-device-uaepass'), phone: true },
  'same-device-long-names': {
    phase: 'same_device',
    heard: amended(play('same-device-wallet'), longNames),
    phone: true,
  },

  'same-device-not-opened': { phase: 'same_device', heard: play('same-device-wallet'), phone: true, ...opensNothing },
  'same-device-install': { phase: 'same_device', heard: play('same-device-install'), phone: true, ...opensNothing },
  'same-device-in-app': { phase: 'same_device', heard: play('same-device-wallet'), ...inApp },
  'same-device-in-app-copied': {
    phase: 'same_device',
    heard: play('same-device-wallet'),
    ...inApp,
    presses: [/copy link/i],
  },
  'same-device-in-app-install': {
    phase: 'same_device',
    heard: amended(play('same-device-install'), longNames),
    scrolls: 'all that can be said of an app at once, in the longest names',
    ...inApp,
    ...opensNothing,
  },

  direct: { phase: 'direct', heard: play('pushed', 2) },
  'direct-no-words': { phase: 'direct', heard: amended(play('pushed', 2), () => ({ verification: null })) },

  retrieved: { phase: 'retrieved', heard: play('approved', 3) },
  'retrieved-number': { phase: 'retrieved', heard: play('wrong-number', 3) },
  'retrieved-words': { phase: 'retrieved', heard: play('pushed', 3) },
  'retrieved-same-device': { phase: 'retrieved', heard: play('same-device-approved', 3), phone: true },
  'retrieved-provider': { phase: 'retrieved', heard: play('same-device-oidc-opened'), phone: true },
  'retrieved-last-seconds': {
    phase: 'retrieved',
    heard: play('approved', 3),
    after: lastSeconds(play('approved', 3), 18_000),
  },
  'retrieved-reconnecting': { phase: 'retrieved', heard: play('wrong-number', 3), after: (player) => player.cut() },
  'retrieved-long-names': { phase: 'retrieved', heard: amended(play('wrong-number', 3), longNames) },

  confirmed: { phase: 'confirmed', heard: play('approved', 4) },
  'confirmed-no-name': { phase: 'confirmed', heard: amended(play('approved', 4), () => ({ person: null })) },
  'confirmed-rtl-name': {
    phase: 'confirmed',
    heard: amended(play('approved', 4), () => ({ person: { name: 'ع… ا…' } })),
  },
  'confirmed-link': {
    phase: 'confirmed',
    heard: play('approved', 4),
    continueTo: 'https://morrow.example/callback?code=recorded',
  },
  'confirmed-slow': { phase: 'confirmed', heard: play('approved', 4), after: passes(3_500) },
  'confirmed-taken': { phase: 'confirmed', heard: play('approved', 4), taken: true, after: passes(3_500) },
  'confirmed-elsewhere': { phase: 'confirmed', heard: play('same-device-approved'), phone: true },
  'confirmed-elsewhere-slow': {
    phase: 'confirmed',
    heard: play('same-device-approved'),
    phone: true,
    after: passes(8_500),
  },
  'confirm-person': { phase: 'confirmed', heard: play('confirm-person', 4) },
  'confirm-person-long-names': { phase: 'confirmed', heard: amended(play('confirm-person', 4), longNames) },
  completed: { phase: 'completed', heard: play('approved') },
  'completed-elsewhere': { phase: 'completed', heard: play('same-device-completed'), phone: true },

  declined: { phase: 'declined', heard: play('declined') },
  'declined-not-me': { phase: 'declined', heard: play('not-me') },
  'declined-unsaid': { phase: 'declined', heard: ended('declined', 'access_denied') },
  'wrong-number': { phase: 'declined', heard: play('wrong-number') },
  'no-answer': { phase: 'expired', heard: play('no-answer') },
  expired: { phase: 'expired', heard: play('one-app-expired'), options: manual },
  'expired-same-device': { phase: 'expired', heard: play('same-device-expired'), options: manual, phone: true },
  'expired-final': { phase: 'expired', heard: play('one-app-expired'), options: { refreshExpired: 'never' } },
  'expired-request': {
    phase: 'expired',
    heard: [...play('one-app-expired'), refused('renew', 410, 'request_expired')],
  },
  cancelled: { phase: 'cancelled', heard: play('cancelled') },

  'failed-network': { phase: 'failed', heard: five(() => NOTHING) },
  'failed-busy': { phase: 'failed', heard: five(() => refused('create', 429, 'rate_limited')) },
  'failed-app': {
    phase: 'failed',
    heard: [...ONE, refused('connector', 502, 'connector_unavailable')],
    choice: { connector: 'wallet', mode: 'same_device' },
  },
  'failed-app-unknown': { phase: 'failed', heard: [refused('create', 502, 'connector_unavailable')] },
  'failed-request': { phase: 'failed', heard: [refused('create', 410, 'request_expired')] },
  'failed-set-up': { phase: 'failed', heard: [refused('create', 403, 'origin_not_allowed')] },
  'failed-login': { phase: 'failed', heard: [refused('create', 400, 'login_required')] },
  'failed-server': { phase: 'failed', heard: five(() => refused('create', 500, 'server_error')) },
  'failed-session': { phase: 'failed', heard: ended('failed', 'temporarily_unavailable') },
  'failed-other-person': { phase: 'failed', heard: ended('failed', 'login_required') },
  'failed-too-weak': { phase: 'failed', heard: ended('failed', 'unmet_authentication_requirements') },
  'failed-details': { phase: 'failed', heard: ended('failed', 'temporarily_unavailable'), opens: true },

  button: { phase: 'idle', heard: [], display: 'button', unbegun: true },
  'button-qr': { phase: 'qr', heard: QR, display: 'button', presses: [/./] },
  'dialog-choosing': { phase: 'choosing', heard: SEVEN, display: 'dialog', presses: [/./] },
  'dialog-qr': { phase: 'qr', heard: QR, display: 'dialog', presses: [/./] },
  'dialog-retrieved': { phase: 'retrieved', heard: play('wrong-number', 3), display: 'dialog', presses: [/./] },

  'hosted-choosing': { phase: 'choosing', heard: SEVEN, alone: true },
  'hosted-qr': { phase: 'qr', heard: QR, alone: true },
  'hosted-phone': { phase: 'same_device', heard: play('same-device-wallet'), alone: true, phone: true },
  'hosted-in-app': {
    phase: 'same_device',
    heard: play('same-device-wallet'),
    alone: true,
    site: 'https://morrow.example/',
    ...inApp,
  },
  'hosted-retrieved': { phase: 'retrieved', heard: play('wrong-number', 3), alone: true },
  'hosted-failed': { phase: 'failed', heard: [refused('create', 410, 'request_expired')], alone: true },

  'frame-slow': {
    phase: 'idle',
    heard: [],
    framed: true,
    scrolls: 'what is in an iframe is as high as it says, and this one has not spoken',
    after: passes(8_500),
  },
  'frame-blocked': { phase: 'idle', heard: [], framed: true, after: blocks },
};
