import type { Connector } from '../connectors/connector.ts';
import type { LocalizedText } from '../session/index.ts';

/** What a connector's app is called where people read it. */
export type AppNames = (connector_id: string) => LocalizedText;

/** For a session whose connector is no longer configured. */
const UNKNOWN: LocalizedText = { en: 'your identity app' };

export function createAppNames(connectors: ReadonlyMap<string, Connector>): AppNames {
  return (connector_id) => connectors.get(connector_id)?.names ?? UNKNOWN;
}
