import { Badge } from '../icon.tsx';
import type { Screen, View } from '../screen.ts';

/** Seen by a window that stayed behind. */
export function completed({ t }: View<'completed'>): Screen {
  return { title: t('completedTitle'), lead: t('completedLead'), emblem: <Badge icon="check" tone="good" /> };
}
