import type { PasbyApp, PasbyQuestion } from '../../pasby/index.ts';
import type { PhoneApp, Question } from '../app.ts';

/** The pasby app: scans seeds, is opened by a link on the same phone, and gets what is pushed to a number. */
export function pasbyApp(pasby: PasbyApp): PhoneApp {
  /** By request, so that an inbox looked at twice shows the same. */
  const questions = new Map<string, Question>();

  const ask = (asked: PasbyQuestion): Question => {
    const known = questions.get(asked.request);
    if (known !== undefined) return known;
    const question: Question = {
      consent: {
        client: { name: asked.app, logo_uri: null, origin: asked.payload },
        scopes: asked.groups.map(({ group, claims }) => ({ scope: group, claims })),
        requester: { address: asked.ip, user_agent: asked.useragent, origin: null, same_network: null },
        verification: null,
        retrieval_token: asked.request,
        expires_at: asked.expiresAt,
      },
      decide(decision) {
        const approved = decision.decision === 'approve';
        return Promise.resolve().then(() => {
          pasby.decide(asked.request, asked.nin, approved);
          questions.delete(asked.request);
          return { status: approved ? 'confirmed' : 'declined', location: null };
        });
      },
    };
    if (questions.size >= 1000) questions.clear();
    questions.set(asked.request, question);
    return question;
  };

  return {
    scan(text, person) {
      const request = pasby.read(text);
      return request === null ? null : Promise.resolve().then(() => ask(pasby.open(request, person)));
    },
    inbox: (user) => pasby.inbox(user).map(ask),
  };
}
