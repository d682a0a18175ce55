/** What a sign-in sends. Counted, not timed: every run has the same figures, and a test holds them below a ceiling. */
import type { Bench, Row } from '../bench.ts';
import { bytesOf } from '../world/bytes.ts';
import { startBeckon } from '../world/server.ts';
import { spreadOf } from '../world/spread.ts';

export const bytes: Bench = {
  name: 'bytes',
  title: 'Bytes of a sign-in',
  async run({ folder }) {
    const server = await startBeckon({ folder });
    const { wire, snapshot, push } = await bytesOf(server);
    await server.stop();
    const row = (id: string, title: string, counted: number): Row => ({
      id,
      title,
      unit: 'bytes',
      ours: spreadOf([counted]),
      peers: [],
      must: null,
      aim: null,
    });
    return [
      row('bytes-wire', 'a whole sign-in on the wire, both directions', wire),
      row('bytes-snapshot', 'the first snapshot that a page gets', snapshot),
      row('bytes-push', 'the largest push after it', push),
    ];
  },
};
