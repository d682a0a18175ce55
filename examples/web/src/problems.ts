import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';
import { UnknownLogin } from './oidc.ts';

export interface ProblemText {
  readonly status: number;
  readonly title: string;
  readonly text: string;
  readonly code: string | null;
}

export class NotFound extends Error {}

/** The page was asked for with a `?client=` that the shop does not have. */
export class UnknownClient extends Error {}

/** What went wrong with a sign-in, for the person. What the issuer wrote in `error_description` is not for them. */
export function problemOf(error: unknown): ProblemText {
  if (error instanceof NotFound)
    return { status: 404, title: 'Not found', text: 'There is nothing at this address.', code: null };
  if (error instanceof UnknownClient)
    return { status: 400, title: 'Unknown client', text: 'The shop has no such client.', code: 'invalid_request' };
  if (error instanceof UnknownLogin)
    return {
      status: 400,
      title: 'This sign-in is over',
      text: 'It was begun in another browser, was already used, or took too long. Starting again helps.',
      code: 'unknown_state',
    };
  if (error instanceof AuthorizationResponseError) return { status: 200, ...refusal(error.error) };
  if (error instanceof ResponseBodyError)
    return {
      status: 502,
      title: 'Sign-in did not work',
      text: 'The code was not accepted. Please start again.',
      code: error.error,
    };
  if (error instanceof ClientError || isUnreachable(error))
    return {
      status: 502,
      title: 'Sign-in is resting',
      text: 'The sign-in service did not answer as it should. Please try again in a moment.',
      code: error instanceof ClientError ? (error.code ?? null) : 'network',
    };
  return { status: 500, title: 'Something broke', text: 'That is our fault, not yours. Please try again.', code: null };
}

function refusal(code: string): Omit<ProblemText, 'status'> {
  switch (code) {
    case 'access_denied':
      return {
        title: 'You were not signed in',
        text: 'The sign-in was declined on the phone or cancelled here.',
        code,
      };
    case 'temporarily_unavailable':
      return {
        title: 'Sign-in is resting',
        text: 'The identity app cannot be reached right now. Please try again soon.',
        code,
      };
    default:
      return { title: 'Sign-in did not work', text: 'The sign-in ended with an error. Please start again.', code };
  }
}

/** How `fetch` says that it got no answer. */
function isUnreachable(error: unknown): boolean {
  return error instanceof TypeError && error.cause !== undefined;
}
