/** The gallery's cells against what the widget and the wire know, by the widget's own client. What they look like is e2e's. */
import { describe, expect, it } from 'vitest';
import { END_CAUSES, type EndCause, type Snapshot } from '../../../../packages/protocol/src/index.ts';
import { PHASES } from '../../../../packages/widget/src/react/states/index.ts';
import { createPlayer, type Heard } from './player.ts';
import recorded from './recordings.json' with { type: 'json' };
import { STATES } from './states.ts';

const cells = Object.entries(STATES);

describe('the gallery is whole', () => {
  it('FT-C60a: every phase that the widget draws has a cell', () => {
    const shown = new Set(cells.map(([, { phase }]) => phase));
    expect(PHASES.filter((phase) => !shown.has(phase))).toEqual([]);
  });

  // The others show what needs a page: no sign-in has begun in them.
  const played = cells.filter(([, { framed, unbegun }]) => !framed && !unbegun);
  it.each(played)('FT-C60a: what is played in %s leads to its phase', async (_name, state) => {
    const player = createPlayer(state);
    await player.play();
    await state.after?.(player);
    expect(player.signIn.getSnapshot().phase).toBe(state.phase);
    player.signIn.close();
  });

  it('FT-C60b: every cause of an end has a cell that plays what a server said', () => {
    const shown = new Set(cells.map(([, { heard }]) => reasonOf(heard)));
    expect(END_CAUSES.filter((cause) => !shown.has(cause))).toEqual([]);
    const said = new Set(
      Object.values(recorded as unknown as Record<string, readonly Heard[]>).map((heard) => reasonOf(heard)),
    );
    expect(END_CAUSES.filter((cause) => !said.has(cause))).toEqual([]);
  });
});

function reasonOf(heard: readonly Heard[]): EndCause | undefined {
  const last: Partial<Snapshot> = heard.at(-1)?.body ?? {};
  return last.error?.reason;
}
