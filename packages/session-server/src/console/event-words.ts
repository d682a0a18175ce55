import type { AuditType } from '../audit/index.ts';

type Tone = 'good' | 'bad' | 'warm' | 'calm';

/** What an event says to an operator, and how it is meant. */
const WORDS: Readonly<Record<AuditType, readonly [says: string, tone: Tone]>> = {
  'session.started': ['The page began the sign-in', 'calm'],
  'session.chosen': ['The person chose the app', 'calm'],
  'session.trouble': ['The app could not begin', 'warm'],
  'session.scanned': ['A phone or browser took it', 'calm'],
  'session.matched': ['The right number was typed', 'calm'],
  'session.approved': ['The person approved', 'good'],
  'session.recognised': ['The person at the browser said that it was them', 'calm'],
  'session.declined': ['Declined', 'bad'],
  'session.failed': ['Failed', 'bad'],
  'session.expired': ['Its time was over', 'warm'],
  'session.cancelled': ['Cancelled', 'warm'],
  'session.revoked': ['Revoked by an operator', 'bad'],
  'code.issued': ['The browser was given the code', 'calm'],
  'code.replayed': ['The code was used a second time', 'bad'],
  'token.issued': ['The website has its tokens: signed in', 'good'],
  'token.refreshed': ['The website refreshed its tokens', 'calm'],
  'token.replayed': ['A refresh token was used a second time', 'bad'],
  'token.revoked': ['The website revoked a token', 'calm'],
  'grant.revoked': ['The grant ended', 'bad'],
  'person.ended': ['The person’s access ended', 'bad'],
  'person.exported': ['The person’s data was exported', 'calm'],
  'person.erased': ['The person was erased', 'bad'],
  'request.refused': ['A request was refused', 'warm'],
  'client.created': ['Client registered', 'calm'],
  'client.changed': ['Client changed', 'calm'],
  'client.removed': ['Client removed', 'bad'],
  'client.disabled': ['Client disabled', 'bad'],
  'client.enabled': ['Client enabled', 'good'],
  'client.secret_added': ['Client secret added', 'calm'],
  'client.secret_removed': ['Client secret removed', 'calm'],
  'connector.disabled': ['App disabled', 'bad'],
  'connector.enabled': ['App enabled', 'good'],
  'key.rotated': ['Signing key rotated', 'calm'],
  'webhook.redelivered': ['Webhook delivered again', 'calm'],
  'server.started': ['The server started', 'calm'],
  'server.reloaded': ['The configuration was read again', 'calm'],
  'operator.refused': ['An operator was refused', 'bad'],
  'audit.exported': ['The audit trail was exported', 'calm'],
};

export function eventWords(type: AuditType): { readonly says: string; readonly tone: Tone } {
  const [says, tone] = WORDS[type];
  return { says, tone };
}

/** What each status of a sign-in is called. */
export const STATUS_WORDS: Readonly<Record<string, readonly [says: string, tone: Tone]>> = {
  initialized: ['shown', 'calm'],
  retrieved: ['scanned', 'warm'],
  confirmed: ['approved', 'good'],
  completed: ['signed in', 'good'],
  declined: ['declined', 'bad'],
  expired: ['expired', 'calm'],
  cancelled: ['cancelled', 'calm'],
  failed: ['failed', 'bad'],
};

/** What an event's data says, in a line; null for nothing. */
export function dataText(data: Readonly<Record<string, unknown>>): string | null {
  const { via: _, ...rest } = data;
  const parts = Object.entries(rest).map(([name, value]) => `${name.replaceAll('_', ' ')}: ${String(value)}`);
  return parts.length === 0 ? null : parts.join(', ');
}
