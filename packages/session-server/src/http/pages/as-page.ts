import type { Response } from 'express';
import { answerTo } from '../http-error.ts';
import { refusalPage } from './refusal-page.ts';

/**
 * Answers with a page whatever goes wrong: a person reads it, and what to do. `onRefused` hears of
 * what an operator must know; for the log.
 */
export async function asPage(
  response: Response,
  onRefused: (error: unknown) => void,
  work: () => Promise<void>,
): Promise<void> {
  response.type('html');
  try {
    await work();
  } catch (cause) {
    const answer = answerTo(cause);
    if (answer.detail !== null || answer.status >= 500) onRefused(cause);
    response.status(answer.status).set(answer.headers).send(refusalPage(answer.error, response));
  }
}
