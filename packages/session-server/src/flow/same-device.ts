import { sameBytes, type Secrets } from '../secrets/index.ts';
import type { BrowserHolder } from './browser-holder.ts';
import { type Flow, FlowError } from './flow.ts';
import type { SessionRows } from './session-rows.ts';

export interface SameDeviceDependencies {
  readonly rows: SessionRows;
  readonly secrets: Secrets;
  readonly holder: BrowserHolder;
  readonly toProvider: Flow['toProvider'];
}

/** On one device: the browser that opens the ticket claims the session and goes to the provider. */
export function createSameDevice(deps: SameDeviceDependencies): Pick<Flow, 'startSameDevice'> {
  const { rows, secrets } = deps;
  const { redirecting, retrieve } = deps.holder;

  return {
    async startSameDevice(session_id, ticket, browser_key, party) {
      const session = await rows.load(session_id);
      redirecting(session);
      const given = Buffer.from(ticket, 'base64url');
      const genuine = secrets.macs('same_device', session_id).some((made) => sameBytes(made, given));
      if (!genuine || session.choice?.mode !== 'same_device') {
        throw new FlowError('session_not_found', 'there is no such sign-in');
      }
      await retrieve(session, browser_key, party);
      return deps.toProvider(session_id, browser_key);
    },
  };
}
