import { expect, it } from 'vitest';
import { noScriptPage, noScriptState } from '../packages/session-server/src/http/pages/no-script-page.ts';
import { en } from '../packages/widget/src/messages/en.ts';

type Snapshot = Parameters<typeof noScriptState>[1];
type EndCause = NonNullable<NonNullable<Snapshot['error']>['reason']>;

const SNAPSHOT: Snapshot = {
  session_id: '0'.repeat(26),
  version: 3,
  status: 'initialized',
  client: { name: 'Morrow', logo_uri: null },
  connectors: [{ id: 'wallet', names: { en: 'Wallet' }, modes: ['qr'], scan_with: 'app', button: null, mark: null }],
  connector: 'wallet',
  mode: 'qr',
  qr: { order: 'shuffle', interval_ms: 2000, frames: [{ text: 'HTTPS://ID.EXAMPLE/Q/1' }] },
  same_device: null,
  typed_code: null,
  verification: null,
  person: null,
  confirm_person: false,
  error: null,
  redirect_to: null,
  server_time_ms: 1_000_000,
  created_at: 990,
  expires_at: 1100,
};

const filled = (key: keyof typeof en): string => en[key].replaceAll('{client}', 'Morrow').replaceAll('{app}', 'Wallet');

/** What a person reads. */
function wordsOf(page: string): string {
  return page
    .replace(/<head>.*<\/head>/s, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
}
const stateOf = (changed: Partial<Snapshot>): string => wordsOf(noScriptState('/s', { ...SNAPSHOT, ...changed }));
const ended = (
  status: Snapshot['status'],
  error: string,
  reason: EndCause | null,
  mode: Snapshot['mode'] = 'qr',
): string => stateOf({ status, mode, qr: null, error: { error, error_description: '', ...(reason && { reason }) } });

it.each([
  ['declined', 'access_denied', 'user', 'declinedTitle', 'declinedInApp'],
  ['declined', 'access_denied', 'not_me', 'notMeTitle', 'notMeLead'],
  ['declined', 'access_denied', 'wrong_number', 'wrongNumberTitle', 'wrongNumber'],
  ['declined', 'access_denied', null, 'declinedTitle', 'declinedLead'],
  ['expired', 'access_denied', 'not_decided', 'noAnswerTitle', 'noAnswerLead'],
  ['expired', 'access_denied', null, 'expiredTitle', 'expiredLead'],
  ['cancelled', 'access_denied', null, 'cancelledTitle', 'cancelledLead'],
  ['failed', 'login_required', null, 'otherPersonTitle', 'otherPerson'],
  ['failed', 'unmet_authentication_requirements', null, 'tooWeakTitle', 'tooWeak'],
] as const)('FT-C50d: %s, %s, %s is told in the widget’s words', (status, error, reason, title, text) => {
  const words = ended(status, error, reason);
  expect(words).toContain(filled(title));
  expect(words).toContain(filled(text));
});

it('FT-C50d: where nothing was scanned, it is the sign-in that expired', () => {
  expect(ended('expired', 'access_denied', null, 'same_device')).toContain(filled('overLead'));
});

it('FT-C50d: the warning is the widget’s, and stands where there is a code to scan', () => {
  expect(stateOf({})).toContain(en.warning);
  const elsewhere = [
    wordsOf(noScriptPage('/s', { ...SNAPSHOT, connector: null, mode: null, qr: null })),
    wordsOf(noScriptPage('/s', { ...SNAPSHOT, mode: 'same_device', qr: null, same_device: { url: 'https://a' } })),
    stateOf({ mode: 'same_device', qr: null }),
    stateOf({ status: 'retrieved', qr: null }),
    ended('declined', 'access_denied', 'user'),
  ];
  for (const words of elsewhere) expect(words).not.toMatch(/[Nn]ever scan|Only scan/);
});

it.each([
  ['initialized', 'codeOver'],
  ['retrieved', 'confirmWithin'],
] as const)('FT-C50d: %s tells the time in its last 20 s alone', (status, says) => {
  const words = (left: number): string => stateOf({ status, server_time_ms: 1_100_000 - left });
  expect(words(20_000)).toContain(en[says].replace('{time}', '0:20'));
  expect(words(20_001)).not.toMatch(/\d:\d\d/);
});
