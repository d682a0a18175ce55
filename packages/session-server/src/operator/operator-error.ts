import type { ConfigIssue } from '../config/index.ts';

/** Why an act is refused. */
export type OperatorErrorCode =
  /** There is no such thing. */
  | 'not_found'
  /** The question is none. */
  | 'invalid'
  /** It is written in the configuration file, which alone changes it. */
  | 'read_only'
  /** The id is used already. */
  | 'taken'
  /** Another operator changed it since it was read: look at it again. */
  | 'changed_meanwhile'
  /** What was written has mistakes: `issues` has every one. */
  | 'mistakes'
  /** It does not go with what there is. */
  | 'not_possible';

/** What an operator's act is refused with; the message says what to do. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
  readonly code: OperatorErrorCode;
  /** Only with `mistakes`: each at its member. */
  readonly issues: readonly ConfigIssue[];
  constructor(code: OperatorErrorCode, message: string, issues: readonly ConfigIssue[] = []) {
    super(message);
    this.code = code;
    this.issues = issues;
  }
}
