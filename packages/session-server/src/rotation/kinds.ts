import { type KindOf, kindOf } from '../store/kinds.ts';

/** What is known of a secret, by its id. */
export interface SecretUse {
  /** Until when something that was made with it may still be presented. Ms since the epoch. */
  readonly until: number;
  /** Whether every row was looked at since then, and none lies under it. */
  readonly is_unused: boolean;
}
export const SECRET_USE: KindOf<SecretUse> = kindOf('secret_use');
