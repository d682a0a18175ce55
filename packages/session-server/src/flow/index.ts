export { createFlow, type FlowDependencies, type FlowSettings } from './create-flow.ts';
export { guardsOf, isOffered } from './offers.ts';
export { createBudget } from './budget.ts';
export { flowWorkers } from './flow-workers.ts';
export { canReauthenticate } from './reauthentication.ts';
export {
  type Consent,
  type Flow,
  FlowError,
  type LinkPreview,
  type RedirectEnd,
  type Redemption,
  type SameDeviceStart,
  type Scan,
  type SessionCredentials,
} from './flow.ts';
