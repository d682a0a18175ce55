import type { InstallLinks } from '@beckon/protocol';
import type { Connector } from '../connectors/connector.ts';
import { type Device, type Session, sameNetwork } from '../session/index.ts';
import { FlowError } from './flow-error.ts';
import type { AppNames } from './apps.ts';
import type { PreviewedApp, RedirectPort, Requester } from './redirect-port.ts';
import type { Consent } from './wallet-port.ts';
import type { Links } from './links.ts';
import { refusal } from './refusal.ts';
import type { Loaded } from './session-rows.ts';
import { scopeAtProvider } from './upstream.ts';

export interface PreviewDependencies {
  readonly current: (session_id: string) => Promise<Loaded>;
  readonly links: Links;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly namesOf: AppNames;
}

/** Shows a phone's browser what a link is about. Reads only: previewers and prefetchers open links too. */
export function createPreview(deps: PreviewDependencies): RedirectPort['preview'] {
  const { current, links, connectors, namesOf } = deps;

  /** `text`: the link that an app takes over. */
  const appOf = (connector_id: string, text: string, scopes: readonly string[], phone: Device): PreviewedApp => {
    const { redirect = null, wallet = null, install = null } = connectors.get(connector_id) ?? {};
    const names = namesOf(connector_id);
    if (redirect !== null) return { type: 'provider', names, asks: redirect.asks?.(['openid', ...scopes]) ?? null };
    const hand_over_url = wallet?.handOver(text) ?? null;
    return {
      type: 'wallet',
      names,
      hand_over_url,
      install_url: installFor(install, phone.user_agent) ?? wallet?.installUrl ?? null,
    };
  };

  return async (scan, phone) => {
    const { session, now } = await current(scan.session_id);
    const verdict = links.verify(session, scan, now);
    // A caller that guesses at links learns nothing of which sessions there are.
    if (verdict === 'forged' || session.choice === null)
      throw new FlowError('session_not_found', 'there is no such session');
    if (session.status === 'expired') throw refusal('session_expired');
    if (session.status !== 'initialized') throw refusal('already_claimed', session);
    if (verdict === 'stale') throw new FlowError('qr_stale', 'the code is too old: scan the one that is shown now');
    const { connector, mode } = session.choice;
    const text = mode === 'same_device' ? links.sameDevice(session) : links.handOver(session, scan.step);
    const scopes = scopeAtProvider(session, session.choice.cross_device).filter((scope) => scope !== 'openid');
    return {
      client: relyingPartyOf(session),
      app: appOf(connector, text, scopes, phone),
      requester: requesterOf(session, sameNetwork(session.browser, phone), now),
      scopes,
    };
  };
}

/** Where the app for that phone is; a hint, as every user agent. */
function installFor(install: InstallLinks | null, user_agent: string): string | null {
  if (install === null) return null;
  const platform = /\b(?:iPhone|iPad|iPod)\b/.test(user_agent)
    ? 'ios'
    : /\bAndroid\b/.test(user_agent)
      ? 'android'
      : 'other';
  return install[platform] ?? install.other ?? null;
}

/** @param same whether the phone is on the browser's network; null where that is not known. @param now in ms since the epoch */
export function requesterOf({ browser, policy, created_at }: Session, same: boolean | null, now: number): Requester {
  const { address, user_agent } = browser;
  const compared = same === null ? 'unknown' : same ? 'same' : 'other';
  return { address, user_agent, age_ms: now - created_at, networks: policy.network === 'allow' ? null : compared };
}

/** Who asks, as people read it: the website's name, and where the sign-in ends. */
export function relyingPartyOf(session: Session): Consent['client'] {
  const { protocol, host } = new URL(session.request.redirect_uri);
  return { name: session.client_name, logo_uri: session.logo_uri, origin: `${protocol}//${host}` };
}
