import { AppLink } from '../app-link.tsx';
import { Badge } from '../icon.tsx';
import type { Screen, View } from '../screen.ts';

/** The browser leaves by itself where it may; on the same device, another window goes on. */
export function confirmed({ state, t, continueTo }: View<'confirmed'>): Screen {
  const onward =
    continueTo !== null ? 'confirmedLink' : state.redirectTo !== null ? 'confirmedLead' : 'confirmedElsewhere';
  return {
    title: t('confirmedTitle'),
    lead: t(state.slow ? 'slowLead' : onward),
    emblem: <Badge icon="check" tone="good" />,
    actions: continueTo !== null && <AppLink url={continueTo}>{t('continueTo')}</AppLink>,
  };
}
