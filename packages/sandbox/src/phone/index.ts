/**
 * A phone with a wallet app. Owns what it can read (`code.ts`), what it is being asked
 * (`requests.ts`), its script API and its page. Depends on the wallet for tokens and on Beckon's
 * wallet API as documented. Leaves every decision about a session to Beckon.
 */
export { createPhone } from './phone.ts';
