import type { Response } from 'express';
import { type Answer, answerTo } from '../http-error.ts';
import { factsAbout, noteRefusal } from '../observe.ts';
import { refusalPage } from './refusal-page.ts';

/** Hears of what an operator must know, with the request that it happened in; for the log. */
export type OnRefused = (error: unknown, request_id: string) => void;

/** Answers with a page whatever goes wrong: a person reads it, and what to do. */
export async function asPage(response: Response, onRefused: OnRefused, work: () => Promise<void>): Promise<void> {
  response.type('html');
  try {
    await work();
  } catch (cause) {
    const answer = answerTo(cause);
    if (answer.detail !== null || answer.status >= 500) onRefused(cause, factsAbout(response).request_id);
    response.status(answer.status).set(answer.headers);
    sendRefusal(response, answer);
  }
}

/** The page for what was refused; `status` and headers are set already. */
export function sendRefusal(response: Response, answer: Pick<Answer, 'error' | 'reason' | 'detail'>): void {
  noteRefusal(response, answer, true);
  response.send(refusalPage(answer, factsAbout(response).request_id));
}
