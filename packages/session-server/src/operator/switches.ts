import type { Recording } from '../audit/index.ts';
import { BESIDE, type ClientRegistry, type StoredSwitch, type SwitchedThing } from '../clients/index.ts';
import type { AuditType } from '../audit/index.ts';
import { type Operator, told } from './by.ts';
import { OperatorError } from './operator-error.ts';

/** The longest reason that is kept, in characters. */
const LONGEST_REASON = 200;

/** What operators switch off at once, and on again. Either twice changes nothing. */
export interface SwitchActs {
  /** What is off. */
  list(): Promise<readonly StoredSwitch[]>;
  /**
   * Within a second it counts at every process: nothing begins with it, and what is under way ends.
   * @param reason in the operator's own words, for other operators; null for none
   * @throws OperatorError `not_found`, where nothing has this id
   */
  disable(what: SwitchedThing, id: string, reason: string | null, by: Operator): Promise<StoredSwitch>;
  /** @throws OperatorError `not_found` */
  enable(what: SwitchedThing, id: string, by: Operator): Promise<void>;
}

export interface SwitchActsDependencies {
  readonly registry: ClientRegistry;
  /** Whether there is something to switch off. */
  readonly exists: (what: SwitchedThing, id: string) => Promise<boolean>;
  readonly recording: Recording;
}

export function createSwitchActs({ registry, exists, recording }: SwitchActsDependencies): SwitchActs {
  const assertExists = async (what: SwitchedThing, id: string): Promise<void> => {
    if (!(await exists(what, id))) throw new OperatorError('not_found', `there is no such ${what}`);
  };
  const event = (type: AuditType, what: SwitchedThing, id: string, by: Operator, now: number, detail: string | null) =>
    recording.writes(
      BESIDE,
      null,
      [{ type, ...(what === 'client' ? { client_id: id } : { connector: id }), detail, ...told(by) }],
      now,
    );
  return {
    list: () => registry.switches(),
    async disable(what, id, reason, by) {
      await assertExists(what, id);
      const words = reason?.trim().slice(0, LONGEST_REASON) ?? '';
      const off = await registry.changeSwitch(what, id, (found, now) => {
        if (found !== null) return null;
        const value = { what, id, at: now, by: by.name, reason: words === '' ? null : words };
        return { value, also: event(`${what}.disabled`, what, id, by, now, value.reason) };
      });
      if (off === null) throw new OperatorError('changed_meanwhile', 'it was switched on again meanwhile');
      return off;
    },
    async enable(what, id, by) {
      await registry.changeSwitch(what, id, (found, now) =>
        found === null ? null : { value: null, also: event(`${what}.enabled`, what, id, by, now, null) },
      );
    },
  };
}
