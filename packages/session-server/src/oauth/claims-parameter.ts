import { isJsonObject, parseJson } from '../outbound/index.ts';
import type { AskedClaim } from '../session/index.ts';
import { doubledMember } from './json-members.ts';

/** The parameter's longest text, in bytes of UTF-8. */
export const CLAIMS_BYTES = 4_096;
/** Most claims of each member. */
const CLAIMS_MEMBERS = 64;
/** Most values of one claim. */
const CLAIM_VALUES = 16;

/** What the `claims` parameter asks for (OpenID Connect Core §5.5), whatever the client may be given of it. */
export interface AskedClaims {
  readonly userinfo: readonly AskedClaim[];
  readonly id_token: readonly AskedClaim[];
  /** One of these people must sign in; null where the claims name none. */
  readonly subs: readonly string[] | null;
  /** What the id_token's `acr` should be. `essential`: must be. Null where that is not asked for. */
  readonly acr: { readonly values: readonly string[]; readonly essential: boolean } | null;
}

export type ReadClaims =
  | { readonly ok: true; readonly asked: AskedClaims }
  /** `problem` is for the website's developer, and repeats nothing that was received but names of claims. */
  | { readonly ok: false; readonly problem: string };

/** What a member may say of one claim (§5.5.1). Others that it has are ignored. */
interface Wish {
  readonly name: string;
  readonly essential: boolean;
  readonly values: readonly unknown[] | null;
}

/** A request without the parameter asks for nothing. */
export const NO_CLAIMS: AskedClaims = { userinfo: [], id_token: [], subs: null, acr: null };

/** Reads the parameter. Members and claims that are not known are ignored (§5.5); what is misshapen is not. */
export function readClaims(text: string | undefined): ReadClaims {
  if (text === undefined) return { ok: true, asked: NO_CLAIMS };
  try {
    return { ok: true, asked: asked(text) };
  } catch (cause) {
    if (cause instanceof Misshapen) return { ok: false, problem: `claims: ${cause.message}` };
    throw cause;
  }
}

/** Why a text is none of the parameter's. */
class Misshapen extends Error {}

function asked(text: string): AskedClaims {
  const tooLong = new Misshapen(`is longer than ${CLAIMS_BYTES} bytes`);
  if (Buffer.byteLength(text) > CLAIMS_BYTES) throw tooLong;
  const members = parseJson(text);
  if (!isJsonObject(members)) throw new Misshapen('must be a JSON object');
  // As it is kept: `1e20` is then 21 digits.
  if (Buffer.byteLength(JSON.stringify(members)) > CLAIMS_BYTES) throw tooLong;
  const doubled = doubledMember(text);
  if (doubled !== null) throw new Misshapen(`${shown(doubled)}: was sent more than once`);
  const userinfo = wishes('userinfo', members['userinfo']);
  const id_token = wishes('id_token', members['id_token']);
  return {
    userinfo: userinfo.map(claimOf),
    id_token: id_token.map(claimOf),
    subs: subsOf([...userinfo, ...id_token]),
    acr: acrOf(id_token),
  };
}

function claimOf({ name, values }: Wish): AskedClaim {
  return { name, values };
}

function wishes(member: string, value: unknown): readonly Wish[] {
  if (value === undefined) return [];
  if (!isJsonObject(value)) throw new Misshapen(`${member}: must be an object`);
  const entries = Object.entries(value);
  if (entries.length > CLAIMS_MEMBERS) throw new Misshapen(`${member}: has more than ${CLAIMS_MEMBERS} claims`);
  return entries.map(([name, wish]) => wishOf(`${member}.${shown(name)}`, name, wish));
}

function wishOf(place: string, name: string, wish: unknown): Wish {
  if (wish === null) return { name, essential: false, values: null };
  if (!isJsonObject(wish)) throw new Misshapen(`${place}: must be null or an object`);
  const { essential = false, value, values } = wish;
  if (typeof essential !== 'boolean') throw new Misshapen(`${place}.essential: must be true or false`);
  if (value !== undefined && values !== undefined) throw new Misshapen(`${place}: has value and values`);
  if (value !== undefined) return { name, essential, values: [value] };
  if (values === undefined) return { name, essential, values: null };
  if (!Array.isArray(values) || values.length === 0 || values.length > CLAIM_VALUES) {
    throw new Misshapen(`${place}.values: must be an array of 1 to ${CLAIM_VALUES} values`);
  }
  return { name, essential, values };
}

/** Where both members name people, those that both name. */
function subsOf(all: readonly Wish[]): readonly string[] | null {
  const lists = all.flatMap(({ name, values }) => (name === 'sub' && values !== null ? [texts('sub', values)] : []));
  const [first, ...others] = lists;
  if (first === undefined) return null;
  const both = first.filter((sub) => others.every((list) => list.includes(sub)));
  if (both.length === 0) throw new Misshapen('sub: userinfo and id_token name different people');
  return both;
}

function acrOf(id_token: readonly Wish[]): AskedClaims['acr'] {
  const wish = id_token.find(({ name }) => name === 'acr');
  if (wish === undefined || wish.values === null) return null;
  const values = texts('acr', wish.values);
  // What is passed on stands in a list with spaces between.
  if (values.some((each) => !/^[\x21-\x7e]+$/.test(each))) throw new Misshapen('acr: a value has a space, or no ASCII');
  return { values, essential: wish.essential };
}

function texts(name: string, values: readonly unknown[]): readonly string[] {
  const strings = values.filter((each) => typeof each === 'string');
  if (strings.length < values.length) throw new Misshapen(`${name}: a value is no string`);
  return [...new Set(strings)];
}

/** Names are the caller's own text: only what looks like one is repeated. */
function shown(name: string): string {
  return /^[\w.#-]{1,40}$/.test(name) ? name : 'a claim';
}
