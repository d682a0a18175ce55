import type { ConnectorConfig } from '../connectors/connector.ts';
import { type WalletOptions, wallet } from '../connectors/wallet/index.ts';

/** A wallet whose issuer is on this machine, as a test's is: a server on a public address would refuse it. */
export function walletOfThisMachine(options: WalletOptions): ConnectorConfig {
  return { ...wallet(options), issuesAt: () => [] };
}
