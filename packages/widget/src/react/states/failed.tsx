import type { MessageKey } from '../../messages/index.ts';
import { Badge, type IconName } from '../icon.tsx';
import { Reference } from '../reference.tsx';
import type { Screen, View } from '../screen.ts';
import { WaysOn } from './ways-on.tsx';

interface Copy {
  readonly title: MessageKey;
  readonly lead: MessageKey;
  readonly icon: IconName;
}

const SET_UP: Copy = { title: 'failedSetUpTitle', lead: 'failedSetUp', icon: 'alert' };
const OTHER: Copy = { title: 'failedTitle', lead: 'failedOther', icon: 'alert' };

/** Error codes that a person can do something about, or that the website must. */
const COPY: Readonly<Record<string, Copy>> = {
  network: { title: 'failedNetworkTitle', lead: 'failedNetwork', icon: 'offline' },
  rate_limited: { title: 'failedBusyTitle', lead: 'failedBusy', icon: 'clock' },
  connector_unavailable: { title: 'failedProviderTitle', lead: 'failedProvider', icon: 'alert' },
  request_expired: { title: 'overTitle', lead: 'expiredRequest', icon: 'clock' },
  origin_not_allowed: SET_UP,
  invalid_request: SET_UP,
  invalid_client: SET_UP,
  unauthorized_client: SET_UP,
  invalid_scope: SET_UP,
  unsupported_response_type: SET_UP,
};

/** What the website asked for, and this sign-in was not. Before there is a session the codes mean other things. */
const UNMET: Readonly<Record<string, Copy>> = {
  login_required: { title: 'otherPersonTitle', lead: 'otherPerson', icon: 'alert' },
  unmet_authentication_requirements: { title: 'tooWeakTitle', lead: 'tooWeak', icon: 'shield' },
};

/** Something broke. Says what the person can do, and the code and the request's id for the support that they call. */
export function failed(view: View<'failed'>): Screen {
  const { state, t, retry } = view;
  const { code, canRetry, requestId } = state;
  const unknown: Copy = canRetry ? OTHER : { ...OTHER, lead: 'failedAgain' };
  const unmet = state.session && UNMET[code];
  const { title, lead, icon } = code.startsWith('setup_') ? SET_UP : (unmet ?? COPY[code] ?? unknown);
  return {
    title: t(title),
    lead: t(lead),
    emblem: <Badge icon={icon} tone="warm" />,
    actions: (
      <>
        <WaysOn
          view={view}
          again={canRetry ? { says: t('tryAgain'), go: retry } : null}
          redirectTo={state.redirectTo}
        />
        <Reference t={t} code={code} id={requestId} />
      </>
    ),
  };
}
