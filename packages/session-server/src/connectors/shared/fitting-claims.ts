import { unavailable } from '../connector.ts';
import { STANDARD_CLAIMS } from './standard-claims.ts';

/** All claims of one person together are at most this long, in bytes of JSON. */
export const CLAIMS_LIMIT_BYTES = 16_384;
/** Of the provider's own claims: a text is at most this long, in characters, … */
const TEXT_LIMIT = 2048;
/** … a name this long, … */
const NAME_LIMIT = 128;
/** … a list or object has at most this many members, … */
const MEMBERS_LIMIT = 64;
/** … and they are nested at most this deep. */
const DEPTH_LIMIT = 4;

export interface Fit {
  /** The connector's id: the name of the claim that holds the provider's own ones. */
  readonly own: string;
  /** For the operator's log. */
  readonly provider: string;
  readonly log?: ((detail: string) => void) | undefined;
}

/**
 * The one gate between what a provider or an operator's mapping said and an identity. A standard claim
 * has the type, form and length of OpenID Connect Core §5.1 or is dropped, which the log says by its
 * name. Other claims are JSON of bounded size. Where all of them together are too much, the provider's
 * own go first.
 * @throws ConnectorError `connector_unavailable` when the standard claims alone are too much
 */
export function fittingClaims(
  claims: Readonly<Record<string, unknown>>,
  { own, provider, log }: Fit,
): Readonly<Record<string, unknown>> {
  const standard: Record<string, unknown> = {};
  const others: Record<string, unknown> = {};
  let unknown = 0;
  for (const [name, value] of Object.entries(claims)) {
    // A claim without a value is none.
    if (value === undefined || value === null || value === '') continue;
    const read = Object.hasOwn(STANDARD_CLAIMS, name) ? STANDARD_CLAIMS[name] : undefined;
    const fitting = read === undefined ? bounded(value, DEPTH_LIMIT) : read(value);
    if (fitting !== undefined && isName(name)) (read === undefined ? others : standard)[name] = fitting;
    else if (read !== undefined) log?.(`${provider}: its claim ${name} has not the form that it should have: left out`);
    else if (name === own) log?.(`${provider}: its own claims have not the form that they should have: left out`);
    else unknown += 1;
  }
  if (unknown > 0) log?.(`${provider}: ${unknown} of its claims have not the form that they should have: left out`);
  if (standard['email'] === undefined) delete standard['email_verified'];
  if (standard['phone_number'] === undefined) delete standard['phone_number_verified'];
  const all = { ...standard, ...others };
  if (bytesOf(all) <= CLAIMS_LIMIT_BYTES) return all;
  if (bytesOf(standard) > CLAIMS_LIMIT_BYTES)
    throw unavailable(`${provider}: its claims are longer than ${CLAIMS_LIMIT_BYTES} bytes`);
  log?.(`${provider}: its claims are longer than ${CLAIMS_LIMIT_BYTES} bytes: only the standard ones are kept`);
  return standard;
}

function bytesOf(claims: Readonly<Record<string, unknown>>): number {
  return Buffer.byteLength(JSON.stringify(claims));
}

/** JSON within the limits; what goes beyond them is left out. Undefined for what is nothing then. */
function bounded(value: unknown, depth: number): unknown {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'string') return isText(value) ? value : undefined;
  if (typeof value !== 'object' || value === null || depth === 0) return undefined;
  if (Array.isArray(value)) {
    const fitting = value.slice(0, MEMBERS_LIMIT).map((each: unknown) => bounded(each, depth - 1));
    return fitting.filter((each) => each !== undefined);
  }
  const members = Object.entries(value).slice(0, MEMBERS_LIMIT);
  const fitting = members.map(([name, each]) => [name, bounded(each, depth - 1)] as const);
  return Object.fromEntries(fitting.filter(([name, each]) => isName(name) && each !== undefined));
}

/** Short enough, with nothing in it that only garbage has, and no address that would run where others link to it. */
function isText(value: string): boolean {
  const characters = value.replaceAll(/[\t\r\n]/g, '');
  return (
    value.length <= TEXT_LIMIT &&
    !/[\p{Cc}\p{Cs}]/u.test(characters) &&
    !/^\s*(javascript|data|vbscript):/i.test(characters)
  );
}

function isName(name: string): boolean {
  return name.length <= NAME_LIMIT && name !== '__proto__' && !/[\p{Cc}\p{Cs}]/u.test(name);
}
