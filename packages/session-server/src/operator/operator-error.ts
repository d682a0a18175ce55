/** An act or a question that cannot be; the message says why. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
  readonly code: 'not_found' | 'invalid';

  constructor(code: OperatorError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
