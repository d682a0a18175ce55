import type { Session } from '../session/index.ts';
import type { Write } from '../store/store.ts';
import { owed } from '../webhooks/outbox.ts';

/** What the website is told of a sign-in that a person declined. Who they are is not known, or not the website's to know. */
export function declinedNews(before: Session | null, after: Session, now: number): readonly Write[] {
  if (after.status !== 'declined' || before?.status === 'declined' || after.tells_declined !== true) return [];
  const { client_id } = after.request;
  const reason = after.reason === 'verification_failed' ? 'wrong_number' : after.reason;
  const webhook = { uri: '', secrets: [], events: ['user.declined'] } as const;
  const data = { sub: null, client_id, sid: after.id, connector: after.choice.connector, reason };
  return owed({ client_id, webhook }, 'user.declined', data, `${after.id}.declined`, now);
}
