/** A store whose commits are timed, from the call until it is answered. What they took is in a file once the store is closed. */
import { writeFileSync } from 'node:fs';
import type { Store, StoreConfig } from '../../packages/session-server/src/store/store.ts';

/** What `commits-PID.json` in the process's folder has. */
export interface TimedCommits {
  /** For each commit, in ms. */
  readonly ms: readonly number[];
  /** Commits that were not answered but failed. */
  readonly failed: number;
}

export function timed(config: StoreConfig): StoreConfig {
  return {
    issues: config.issues,
    async open(context) {
      const store = await config.open(context);
      const ms: number[] = [];
      let failed = 0;
      const commit: Store['commit'] = async (writes) => {
        const began = performance.now();
        try {
          const answer = await store.commit(writes);
          ms.push(performance.now() - began);
          return answer;
        } catch (cause) {
          failed += 1;
          throw cause;
        }
      };
      return {
        ...store,
        commit,
        async close() {
          writeFileSync(`commits-${process.pid}.json`, JSON.stringify({ ms, failed } satisfies TimedCommits));
          await store.close();
        },
      };
    },
  };
}
