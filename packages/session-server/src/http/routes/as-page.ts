import type { ErrorRequestHandler, Response } from 'express';
import { type Answer, answerTo } from '../http-error.ts';
import { factsAbout, noteRefusal } from '../observe.ts';
import { refusalPage } from '../pages/refusal-page.ts';

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

/**
 * The same for what fails before a route's own work: Express decodes the path, and a body is read. What went wrong in
 * this server goes on to the log.
 * @param isOurs whether a person opens that path. Default: every path that the handler is used for
 */
export function explainAsPage(
  headers: Readonly<Record<string, string>>,
  isOurs: (path: string) => boolean = () => true,
): ErrorRequestHandler {
  return (cause: unknown, request, response, next) => {
    const refused = answerTo(cause);
    const { status } = refused;
    if (!isOurs(request.path) || status >= 500 || status === 405 || response.headersSent) return next(cause);
    // An address that cannot even be decoded leads nowhere, and a person opened it.
    const isLost = cause instanceof URIError;
    response
      .set(headers)
      .status(isLost ? 404 : status)
      .type('html');
    sendRefusal(response, isLost ? NOT_FOUND : refused);
  };
}

/** What a page says. */
type Refused = Pick<Answer, 'error' | 'reason' | 'detail' | 'holder_agent'>;

const NOT_FOUND: Refused = { error: 'session_not_found', reason: null, detail: null };

/** The page for what was refused; `status` and headers are set already. */
function sendRefusal(response: Response, answer: Refused): void {
  noteRefusal(response, answer, true);
  const reader = response.req.get('user-agent') ?? '';
  response.send(refusalPage(answer, factsAbout(response).request_id, reader));
}
