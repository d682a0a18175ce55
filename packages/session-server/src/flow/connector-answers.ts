import {
  ConnectorError,
  type UpstreamStarted,
  type UpstreamStatus,
  type WalletHolder,
} from '../connectors/connector.ts';
import type { Identity } from '../session/index.ts';

/**
 * What a connector answers, held against its contract. It may be another package's, and no compiler may have seen it:
 * what is not as it should be is refused before it is stored or believed.
 */

/** Most characters of a subject. */
const SUBJECT_LIMIT = 512;
/** Most characters of `acr`, and of one `amr`. */
const WORD_LIMIT = 256;
/** Most entries of `amr`. */
const AMR_LIMIT = 16;
/** Most characters of claims as JSON, and of all that a provider's session began with. */
const JSON_LIMIT = 65_536;
/** No `auth_time` is later, in s: it is one in ms, which would always be recent. */
const LATEST_S = 1e11;

/**
 * Who signed in. Without a subject every person would be one and the same. Of the rest what has the wrong type is not known.
 * @throws ConnectorError `callback_refused`
 */
export function soundIdentity(identity: Identity): Identity {
  const { subject, claims, acr, amr, auth_time } = isObject(identity) ? identity : ({} as Partial<Identity>);
  if (!isSubject(subject)) throw refused('an identity without a subject');
  if (!isObject(claims) || Array.isArray(claims) || !isJson(claims))
    throw refused(`claims that are no JSON object, or are longer than ${JSON_LIMIT} characters`);
  if (typeof auth_time === 'number' && auth_time >= LATEST_S) throw refused('an auth_time that is not in seconds');
  return {
    subject,
    claims,
    acr: typeof acr === 'string' ? acr.slice(0, WORD_LIMIT) : null,
    amr: Array.isArray(amr)
      ? amr.filter((word) => typeof word === 'string' && word.length <= WORD_LIMIT).slice(0, AMR_LIMIT)
      : [],
    auth_time: typeof auth_time === 'number' && Number.isFinite(auth_time) ? auth_time : null,
  };
}

/** Who holds a wallet. Without an issuer and a subject every phone would be the same one. @throws ConnectorError `wallet_not_trusted` */
export function soundHolder(holder: WalletHolder): WalletHolder {
  if (isObject(holder) && isSubject(holder.issuer) && isSubject(holder.subject)) return holder;
  const detail = 'the connector answered a wallet without an issuer or a subject';
  throw new ConnectorError('wallet_not_trusted', 'this wallet is not trusted here', detail);
}

/** What rests until a browser comes back, or the next process follows. @throws ConnectorError `connector_unavailable` */
export function soundState(providerState: unknown): unknown {
  const state = providerState ?? null;
  if (!isJson(state))
    throw unusable(`a providerState that is no JSON value, or is longer than ${JSON_LIMIT} characters`);
  return state;
}

/** @throws ConnectorError `connector_unavailable`: the provider may have begun all the same */
export function soundStarted(started: UpstreamStarted): UpstreamStarted {
  if (!isObject(started)) throw unusable('no session');
  const { qr, link, expires_at, providerState }: Partial<UpstreamStarted> = started;
  const end = expires_at ?? null;
  const hasCodes = isObject(qr) && Array.isArray(qr.texts) && qr.texts.length > 0 && Number.isFinite(qr.interval_ms);
  if (qr !== null && qr !== undefined && !hasCodes) throw unusable('codes that cannot be shown');
  if (end !== null && !Number.isFinite(end)) throw unusable('an expires_at that is no time');
  if (!isJson({ qr, link })) throw unusable(`codes and a link that are longer than ${JSON_LIMIT} characters`);
  return { qr: qr ?? null, link: link ?? null, expires_at: end, providerState: soundState(providerState) };
}

/** @throws ConnectorError `connector_unavailable`, `callback_refused` */
export function soundStatus(status: UpstreamStatus): UpstreamStatus {
  if (!isObject(status)) throw unusable('no status');
  switch (status.status) {
    case 'restarted':
      return { status: 'restarted', started: soundStarted(status.started) };
    case 'provider_state':
      return { status: 'provider_state', providerState: soundState(status.providerState) };
    case 'confirmed':
      return { status: 'confirmed', identity: soundIdentity(status.identity), tokens: status.tokens ?? null };
    case 'retrieved':
    case 'declined':
    case 'expired':
      return status;
    default:
      throw unusable('a status that is not in the contract');
  }
}

function isObject<T>(value: T): value is T & object {
  return typeof value === 'object' && value !== null;
}

function isSubject(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= SUBJECT_LIMIT;
}

/** `JSON.stringify` answers nothing for what JSON does not have, and throws for circles and big integers. */
function isJson(value: unknown): boolean {
  try {
    const text = JSON.stringify(value) as string | undefined;
    return text !== undefined && text.length <= JSON_LIMIT;
  } catch {
    return false;
  }
}

function refused(what: string): ConnectorError {
  const message = 'the answer of the identity provider was not accepted';
  return new ConnectorError('callback_refused', message, `the connector answered ${what}`);
}

function unusable(what: string): ConnectorError {
  const message = 'the identity provider cannot be reached right now';
  return new ConnectorError('connector_unavailable', message, `the connector answered ${what}`, null, true);
}
