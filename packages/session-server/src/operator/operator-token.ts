import type { OperatorToken } from '../config/index.ts';
import { hashSecret, sameText } from '../secrets/index.ts';

/** The entry of the configuration that a token is; undefined for one that is none. */
export function operatorTokenOf(tokens: readonly OperatorToken[], text: string): OperatorToken | undefined {
  const hash = hashSecret(text);
  return tokens.find((each) => sameText(each.hash, hash));
}
