/**
 * The door to wallets that speak Beckon's own API: the phone scans our rotating QR, asks
 * `/session/{id}/information` and posts `/session/{id}/update` with an access token of its own
 * issuer. Owns which tokens count and where the claims come from. Leaves the session to `flow`.
 */
export { wallet, type WalletOptions, type WalletIssuerOptions } from './wallet.ts';
