import {
  type Connector,
  ConnectorError,
  type RedirectCapability,
  type RedirectStart,
} from '../connectors/connector.ts';
import type { AuthorizationRequest, Identity } from '../session/index.ts';
import { TOLERANCE_S } from './recent-authentication.ts';

type Wish = Pick<AuthorizationRequest, 'prompt' | 'max_age'>;

/** Whether a relying party wants the person to authenticate now. `max_age=0` means the same (OpenID Connect Core §3.1.2.1). */
export function wantsReauthentication({ prompt, max_age }: Wish): boolean {
  return prompt.includes('login') || max_age === 0;
}

/** Whether that wish can be met. An app that is asked for each sign-in (a wallet, pasby, Didit) meets it by nature. */
export function canReauthenticate(connector: Connector | undefined): boolean {
  return connector !== undefined && connector.redirect?.reauthenticates !== 'never';
}

/**
 * Whether a provider is asked to let its browser session not count: always across devices, where one tap on
 * a stranger's link would otherwise be enough; on one device where the relying party wants it.
 */
export function asksForReauthentication(
  { reauthenticates }: RedirectCapability,
  mode: RedirectStart['mode'],
  wish: Wish,
): boolean {
  if (reauthenticates === 'never') return false;
  return wantsReauthentication(wish) || (reauthenticates === 'always' && mode === 'qr');
}

/**
 * Whether the provider was asked and says that the person authenticated since. False is "not known": no code
 * asked, or `auth_time` is missing.
 * @param begun_at when the browser was sent there, ms since the epoch
 * @throws ConnectorError `callback_refused` when it was asked, and says itself that it did not do it
 */
export function hasReauthenticated(
  { auth_time }: Identity,
  { begun_at, start }: { readonly begun_at: number; readonly start: Pick<RedirectStart, 'reauthenticate'> },
): boolean {
  if (!start.reauthenticate || auth_time === null) return false;
  if (auth_time + TOLERANCE_S >= Math.floor(begun_at / 1000)) return true;
  throw new ConnectorError(
    'callback_refused',
    'the answer of the identity provider was not accepted',
    'the provider was asked to authenticate the person anew, and its auth_time is older than that',
  );
}
