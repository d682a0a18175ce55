import { type KindOf, kindOf } from '../store/kinds.ts';

/** By a keyed hash of connector and event: it was acted upon. */
export const WEBHOOK_EVENT: KindOf<null> = kindOf('webhook_event');
