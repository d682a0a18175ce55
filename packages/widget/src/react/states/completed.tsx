import { Badge } from '../icon.tsx';
import type { Screen, View } from '../screen.ts';

/** Seen by a window that stayed behind; on a phone by the tab that the person left for the app. */
export function completed({ state, t }: View<'completed'>): Screen {
  const { elsewhere } = state;
  return {
    title: t(elsewhere ? 'elsewhereTitle' : 'completedTitle'),
    lead: t(elsewhere ? 'elsewhereLead' : 'completedLead'),
    emblem: <Badge icon="check" tone="good" />,
  };
}
