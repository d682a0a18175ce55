/**
 * The sandbox: what a sign-in needs from outside, to develop and test with no credentials.
 *
 * Owns a wallet issuer (`/wallet`), a phone (`/phone`) that people and scripts can scan with, and a
 * place where stand-ins for identity providers are mounted (`parts.ts`). Depends on Beckon only as
 * a real phone would: over HTTP, by its documented wallet API. Leaves everything about sessions to
 * the session server. It answers on the loopback interface alone, because it signs for anyone.
 */
export { createSandbox, type Sandbox, type SandboxOptions } from './server.ts';
export { DEMO_PEOPLE, type Person } from './people.ts';
export { KRDPASS_CLIENT } from './krdpass/index.ts';
export { PASBY_APP } from './pasby/index.ts';
export { OIDC_CLIENT } from './oidc/index.ts';
export { PASWAD_CLIENT, PASWAD_WEBHOOK_SECRET } from './paswad/index.ts';
