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
  /** What happens after the last message. */
  readonly after?: (player: Player) => Promise<void> | void;
  /** The person looks behind whatever is folded up. */
  readonly opens?: boolean;
  /** The names of the buttons that the person presses in the end. */
  readonly presses?: readonly RegExp[];
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
  starting: { phase: 'starting', heard: [] },
  'starting-slow': { phase: 'starting', heard: [], after: passes(8_500) },
  'starting-chosen': { phase: 'starting', heard: SEVEN, after: asks('wallet', 'qr') },

  'choosing-2': { phase: 'choosing', heard: TWO },
  'choosing-7': { phase: 'choosing', heard: SEVEN },
  'choosing-8': { phase: 'choosing', heard: amended(SEVEN, eight) },
  'choosing-last-used': { phase: 'choosing', heard: SEVEN, lastUsed: 'uaepass' },
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
  'identifier-refused': { phase: 'identifier', heard: play('no-such-number'), choice: TYPED },
  'identifier-busy': {
    phase: 'identifier',
    heard: [...SEVEN, refused('connector', 429, 'rate_limited', 40)],
    choice: TYPED,
  },

  qr: { phase: 'qr', heard: ONE },
  'qr-wallet': { phase: 'qr', heard: QR },
  'qr-pasby': { phase: 'qr', heard: play('qr-pasby') },
  'qr-didit': { phase: 'qr', heard: play('qr-didit') },
  'qr-krdpass': { phase: 'qr', heard: play('qr-krdpass') },
  'qr-uaepass': { phase: 'qr', heard: play('qr-uaepass') },
  'qr-paswad': { phase: 'qr', heard: play('qr-paswad') },
  'qr-oidc': { phase: 'qr', heard: play('qr-oidc') },
  'qr-last-seconds': { phase: 'qr', heard: ONE, after: lastSeconds(ONE, 5_000) },
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

  direct: { phase: 'direct', heard: play('pushed', 2) },

  retrieved: { phase: 'retrieved', heard: play('approved', 3) },
  'retrieved-number': { phase: 'retrieved', heard: play('wrong-number', 3) },
  'retrieved-words': { phase: 'retrieved', heard: play('pushed', 3) },
  'retrieved-same-device': { phase: 'retrieved', heard: play('same-device-approved', 3), phone: true },
  'retrieved-last-seconds': {
    phase: 'retrieved',
    heard: play('approved', 3),
    after: lastSeconds(play('approved', 3), 15_000),
  },
  'retrieved-reconnecting': { phase: 'retrieved', heard: play('wrong-number', 3), after: (player) => player.cut() },
  'retrieved-long-names': { phase: 'retrieved', heard: amended(play('wrong-number', 3), longNames) },

  confirmed: { phase: 'confirmed', heard: play('approved', 4) },
  'confirmed-no-name': { phase: 'confirmed', heard: amended(play('approved', 4), () => ({ person: null })) },
  'confirmed-rtl-name': {
    phase: 'confirmed',
    heard: amended(play('approved', 4), () => ({ person: { name: 'ع… ا…' } })),
  },
  'confirmed-link': { phase: 'confirmed', heard: play('approved', 4), after: passes(3_500) },
  'confirmed-slow': { phase: 'confirmed', heard: play('approved', 4), after: passes(8_500) },
  'confirmed-elsewhere': { phase: 'confirmed', heard: play('same-device-approved'), phone: true },
  'confirm-person': { phase: 'confirmed', heard: play('confirm-person', 4) },
  'confirm-person-long-names': { phase: 'confirmed', heard: amended(play('confirm-person', 4), longNames) },
  completed: { phase: 'completed', heard: play('approved') },

  declined: { phase: 'declined', heard: play('declined') },
  'wrong-number': { phase: 'declined', heard: play('wrong-number') },
  expired: { phase: 'expired', heard: play('one-app-expired'), options: manual },
  'expired-final': { phase: 'expired', heard: play('one-app-expired'), options: { refreshExpired: 'never' } },
  'expired-request': {
    phase: 'expired',
    heard: [...play('one-app-expired'), refused('renew', 410, 'request_expired')],
  },
  cancelled: { phase: 'cancelled', heard: play('cancelled') },

  'failed-network': { phase: 'failed', heard: [NOTHING, NOTHING, NOTHING, NOTHING, NOTHING] },
  'failed-busy': { phase: 'failed', heard: Array.from({ length: 5 }, () => refused('create', 429, 'rate_limited')) },
  'failed-app': {
    phase: 'failed',
    heard: [...ONE, refused('connector', 502, 'connector_unavailable')],
    choice: { connector: 'wallet', mode: 'same_device' },
  },
  'failed-request': { phase: 'failed', heard: [refused('create', 410, 'request_expired')] },
  'failed-set-up': { phase: 'failed', heard: [refused('create', 403, 'origin_not_allowed')] },
  'failed-login': { phase: 'failed', heard: [refused('create', 400, 'login_required')] },
  'failed-server': { phase: 'failed', heard: Array.from({ length: 5 }, () => refused('create', 500, 'server_error')) },
  'failed-session': {
    phase: 'failed',
    heard: amended(play('declined'), ({ status }) =>
      status === 'declined'
        ? { status: 'failed', error: { error: 'temporarily_unavailable', error_description: 'as the reference says' } }
        : {},
    ),
  },

  button: { phase: 'starting', heard: [], display: 'button' },
  'dialog-choosing': { phase: 'choosing', heard: SEVEN, display: 'dialog', presses: [/./] },
  'dialog-qr': { phase: 'qr', heard: QR, display: 'dialog', presses: [/./] },
  'dialog-retrieved': { phase: 'retrieved', heard: play('wrong-number', 3), display: 'dialog', presses: [/./] },

  'hosted-choosing': { phase: 'choosing', heard: SEVEN, alone: true },
  'hosted-qr': { phase: 'qr', heard: QR, alone: true },
  'hosted-phone': { phase: 'same_device', heard: play('same-device-wallet'), alone: true, phone: true },
  'hosted-retrieved': { phase: 'retrieved', heard: play('wrong-number', 3), alone: true },
  'hosted-failed': { phase: 'failed', heard: [refused('create', 410, 'request_expired')], alone: true },
};
