import { isSecureAddress } from '../outbound/secure-address.ts';
import { type Connector, NO_CAPABILITIES } from './connector.ts';

const MODES: ReadonlySet<unknown> = new Set(['qr', 'same_device', 'direct']);

/**
 * Holds what a configuration opened against the contract, once at start: a connector may be another package's, and no
 * compiler may have seen it.
 * @param id the configuration's, by which clients, callbacks and subjects know it
 * @throws TypeError with everything that is wrong
 */
export function assertConnector(id: string, connector: Connector): void {
  const given: { readonly [member in keyof Connector]?: unknown } =
    typeof connector === 'object' && connector !== null ? connector : {};
  const capabilities = Object.keys(NO_CAPABILITIES) as (keyof typeof NO_CAPABILITIES)[];
  const ways = [given.wallet, given.redirect, given.upstream].filter((way) => way !== null && way !== undefined);
  const wrong = [
    given.id !== id && 'id is not that of its configuration',
    !isText(member(given.names, 'en')) && 'names has no en',
    !isModes(given.modes) && 'modes has none of qr, same_device and direct, or another one',
    typeof member(given.verifies, 'number') !== 'boolean' && 'verifies.number is not a boolean',
    typeof member(given.verifies, 'network') !== 'boolean' && 'verifies.network is not a boolean',
    ...capabilities.map((name) => typeof given[name] !== 'object' && `${name} is no capability and not null`),
    ways.length !== 1 && 'not exactly one of wallet, redirect and upstream is there',
    !isWords(given.reaches ?? []) && 'reaches is no list of texts and not null',
    !isInstall(given.install ?? {}) && 'install has another member than ios, android and other, or no https address',
    typeof given.button !== 'object' && 'button is no object and not null',
  ].filter((mistake) => typeof mistake === 'string');
  if (wrong.length > 0) throw new TypeError(`the connector ${id} does not keep to its contract: ${wrong.join('; ')}`);
}

function member(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null ? Reflect.get(of, name) : undefined;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}

function isWords(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}

function isInstall(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).every(
    ([platform, url]) =>
      /^(?:ios|android|other)$/.test(platform) && typeof url === 'string' && isSecureAddress(URL.parse(url)),
  );
}

function isModes(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((mode) => MODES.has(mode));
}
