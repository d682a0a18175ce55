import type { DiditApp } from '../../didit/index.ts';
import type { Person } from '../../people.ts';
import type { PhoneApp } from '../app.ts';

/** The Didit app: scans a session URL, or is opened by it on the same phone. */
export function diditApp(didit: DiditApp): PhoneApp {
  return {
    scan(text, person) {
      const token = didit.read(text);
      return token === null ? null : Promise.resolve().then(() => open(didit, token, person));
    },
  };
}

function open(didit: DiditApp, token: string, person: Person): Awaited<NonNullable<ReturnType<PhoneApp['scan']>>> {
  const question = didit.open(token, person);
  return {
    consent: {
      client: { name: question.client, logo_uri: null, origin: new URL(question.redirectUri).origin },
      scopes: question.scopes,
      // Didit's app is not told where the sign-in was started.
      requester: { address: 'Didit does not say', user_agent: '', origin: null, same_network: null },
      verification: null,
      retrieval_token: question.session,
      expires_at: question.expiresAt,
    },
    decide(decision) {
      const accepted = decision.decision === 'approve' ? question.scopes.map(({ scope }) => scope) : null;
      didit.decide(question.session, person, accepted);
      return Promise.resolve({ status: accepted === null ? 'declined' : 'confirmed', location: null });
    },
  };
}
