import type { Connector } from '../connectors/connector.ts';
import type { Secrets } from '../secrets/index.ts';
import type { AuthorizationRequest, FailedSession, Identity, Session } from '../session/index.ts';
import { FlowError, type FlowReason } from './flow-error.ts';
import type { Why } from './trace.ts';

/** Why a person who came is not the one, or not as sure, as the relying party asked for. The sign-in ends with it. */
export interface Unmet {
  readonly error: Extract<FailedSession['error'], 'login_required' | 'unmet_authentication_requirements'>;
  readonly why: Why;
}

/**
 * Holds who came against what the request demands: the person (OpenID Connect Core §3.1.2.2), and an essential `acr`
 * (§5.5.1.1). Null where all is met. Nothing personal is in the answer.
 */
export function unmetBy(
  { expects, acr_essential, acr_values }: AuthorizationRequest,
  connector: string,
  { subject, acr }: Identity,
  secrets: Pick<Secrets, 'subject'>,
): Unmet | null {
  if (expects !== undefined) {
    const sub = secrets.subject(connector, subject, expects.sector ?? undefined);
    if (!expects.subs.includes(sub)) return unmet('login_required');
  }
  if (acr_essential === true && (acr === null || !acr_values.includes(acr)))
    return unmet('unmet_authentication_requirements');
  return null;
}

function unmet(error: Unmet['error']): Unmet {
  return { error, why: { reason: REASON[error], detail: null } };
}

const REASON = {
  login_required: 'other_person',
  unmet_authentication_requirements: 'acr_not_reached',
} as const satisfies Readonly<Record<Unmet['error'], FlowReason>>;

const TOLD: Readonly<Record<Unmet['error'], string>> = {
  login_required: 'the website asks for another person: the sign-in is over',
  unmet_authentication_requirements: 'the website asks for another level (acr) than this sign-in reached: it is over',
};

/** What is told of a session that ended with it, also to a wallet that asks once more; null for any other. */
export function unmetError(session: Session): FlowError | null {
  if (session.status !== 'failed' || !isUnmet(session.error)) return null;
  return new FlowError('verification_failed', TOLD[session.error], null, REASON[session.error]);
}

/** What the website asked for in vain; null for any other end. */
export function unmetOf(session: Session): Unmet['error'] | null {
  return session.status === 'failed' && isUnmet(session.error) ? session.error : null;
}

function isUnmet(error: FailedSession['error']): error is Unmet['error'] {
  return error in TOLD;
}

/** Whether one of these `acr` values may come of a sign-in by this connector. One that does not say may reach any. */
export function canReach(connector: Connector | undefined, acr_values: readonly string[]): boolean {
  if (connector === undefined) return false;
  const reaches = connector.reaches ?? null;
  return acr_values.length === 0 || reaches === null || acr_values.some((each) => reaches.includes(each));
}
