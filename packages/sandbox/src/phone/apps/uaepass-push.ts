import type { UaePassApp, UaePassRequest } from '../../uaepass/index.ts';
import type { PhoneApp, Question } from '../app.ts';

/** The UAE PASS app: it is told when its owner logs in somewhere, and asks which number is shown there. */
export function uaePassApp(uaepass: UaePassApp): PhoneApp {
  /** By transaction, so that an inbox looked at twice shows the same. */
  const questions = new Map<string, Question>();

  const ask = ({ transaction, origin, scope, expiresAt }: UaePassRequest): Question => {
    const known = questions.get(transaction);
    if (known !== undefined) return known;
    const question: Question = {
      consent: {
        client: { name: new URL(origin).host, logo_uri: null, origin },
        scopes: scope.map((each) => ({ scope: each, claims: [] })),
        // The app is not told where the login was started.
        requester: { address: 'UAE PASS does not say', user_agent: '', origin: null, same_network: null },
        verification: { method: 'number', digits: 2 },
        retrieval_token: transaction,
        expires_at: expiresAt,
      },
      async decide(decision) {
        questions.delete(transaction);
        const approved = uaepass.answer(transaction, decision.decision === 'approve' ? decision.verification : null);
        return { status: approved ? 'confirmed' : 'declined', location: null };
      },
    };
    if (questions.size >= 1000) questions.clear();
    questions.set(transaction, question);
    return question;
  };

  return { scan: () => null, inbox: (user) => uaepass.inbox(user).map(ask) };
}
