/**
 * A wallet issuer: discovery, keys, userinfo and access tokens for the sandbox's people. Depends on
 * jose. Leaves what a token is used for to the phone, and whether it counts to Beckon.
 */
export { createWallet, type Wallet } from './wallet.ts';
