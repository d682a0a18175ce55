import { SandboxError } from '../../http/errors.ts';
import type { KrdPassApp } from '../../krdpass/index.ts';
import type { Person } from '../../people.ts';
import type { PhoneApp, Question } from '../app.ts';

/** The KRDPASS app, opened by its app link on the same phone. */
export function krdPassApp(krdpass: KrdPassApp): PhoneApp {
  return { scan: (text, person) => (krdpass.isLink(text) ? open(krdpass, text, person) : null) };
}

async function open(krdpass: KrdPassApp, text: string, person: Person): Promise<Question> {
  const opened = krdpass.open(text);
  if (opened.type === 'refused')
    throw new SandboxError('unrecognised_code', 'text: this link is not one that KRDPASS’s app accepts');
  if (opened.type === 'answer') throw new SandboxError('handle_not_found', 'text: the request of this link is over');
  const { link, scope, redirectUri, expiresAt } = opened.question;
  return {
    consent: {
      client: { name: new URL(redirectUri).host, logo_uri: null, origin: new URL(redirectUri).origin },
      scopes: scope.map((each) => ({ scope: each, claims: [] })),
      requester: { address: 'KRDPASS does not say', user_agent: '', origin: null, same_network: null },
      verification: null,
      retrieval_token: link,
      expires_at: expiresAt,
    },
    async decide({ decision }) {
      const location = krdpass.decide(link, decision === 'approve' ? person : null);
      if (location === null)
        throw new SandboxError('handle_not_found', 'handle: KRDPASS does not wait for this answer any more');
      return { status: decision === 'approve' ? 'confirmed' : 'declined', location };
    },
  };
}
