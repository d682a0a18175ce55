import type { AuditData, AuditType, NewEvent } from '../audit/index.ts';
import type { Session, Step, StepName } from '../session/index.ts';

/**
 * What a change of a session tells the audit trail: one event for each step that it added, in order. A page that is left
 * open, or closed before a phone scanned it, tells nothing, for a stranger opens as many as they like: its beginning is
 * told with the first step that matters.
 */
export function sessionEvents(
  before: Session | null,
  after: Session,
  /** `Grant.person` of who has been identified. */
  personOf: (connector: string, subject: string) => string,
): readonly NewEvent[] {
  const told = stepsToTell(before);
  const known = new Set(told);
  const added = stepsToTell(after).filter((step) => !known.has(step));
  const person =
    after.status === 'confirmed' ? personOf(after.choice.connector, after.confirmation.identity.subject) : null;
  return added.flatMap((step) => eventOf(step, after, person) ?? []);
}

/** All of them once one matters. */
function stepsToTell(session: Session | null): readonly Step[] {
  const steps = session?.story?.steps ?? [];
  return steps.some(matters) ? steps : [];
}

function matters({ what, reason }: Step): boolean {
  if (what === 'began' || what === 'chosen') return false;
  if (what === 'expired') return reason !== 'not_chosen' && reason !== 'not_scanned';
  return what !== 'cancelled' || reason !== 'in_browser';
}

/** Null for the end that the token endpoint tells, with what it issued. */
function eventOf(step: Step, session: Session, person: string | null): NewEvent | null {
  const type = TYPE_OF[step.what];
  if (type === null) return null;
  const { request, choice } = session;
  return {
    type,
    at: step.at,
    request_id: step.request_id ?? null,
    client_id: request.client_id,
    connector: step.connector ?? choice?.connector ?? null,
    ...(step.what === 'confirmed' ? { person } : {}),
    reason: step.reason ?? null,
    detail: step.detail ?? null,
    data: dataOf(step, session),
  };
}

const TYPE_OF: Readonly<Record<StepName, AuditType | null>> = {
  began: 'session.started',
  chosen: 'session.chosen',
  trouble: 'session.trouble',
  retrieved: 'session.scanned',
  matched: 'session.matched',
  confirmed: 'session.approved',
  recognised: 'session.recognised',
  code: 'code.issued',
  completed: null,
  declined: 'session.declined',
  expired: 'session.expired',
  cancelled: 'session.cancelled',
  failed: 'session.failed',
};

/** The step that an event tells of; null for one that is no step of a sign-in. */
export function stepOfType(type: AuditType): StepName | null {
  return STEP_OF_TYPE.get(type) ?? null;
}

const STEP_OF_TYPE: ReadonlyMap<AuditType, StepName> = new Map([
  ...Object.entries(TYPE_OF).flatMap(([step, type]): [AuditType, StepName][] =>
    type === null ? [] : [[type, step as StepName]],
  ),
  ['token.issued', 'completed'],
  ['session.revoked', 'cancelled'],
] as const);

function dataOf({ what, mode }: Step, session: Session): AuditData {
  const named: AuditData = what === 'began' ? { client_name: session.client_name } : {};
  const said = mode ?? (what === 'retrieved' ? session.choice?.mode : undefined);
  const chosen: AuditData = said === undefined ? named : { ...named, mode: said };
  if (!('retrieval' in session)) return chosen;
  const { same_network, number, matched } = session.retrieval;
  if (what === 'retrieved') {
    const network = same_network === null ? 'unknown' : same_network ? 'same' : 'other';
    return { ...chosen, network, number: number === null ? 'none' : 'asked' };
  }
  return what === 'confirmed' ? { ...chosen, number: matched ? 'matched' : 'none' } : chosen;
}
