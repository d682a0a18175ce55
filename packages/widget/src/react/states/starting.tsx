import type { SessionView } from '../../session/index.ts';
import { Badge } from '../icon.tsx';
import { QrPlaceholder } from '../qr-code.tsx';
import type { Screen, View } from '../screen.ts';

/** A session is on its way, the first or a fresh one. Takes the room that the code will take. */
export function starting({ t, handheld }: View<'idle' | 'starting'>, last: SessionView | null): Screen {
  return {
    title: t(last ? 'signInTo' : 'signIn'),
    lead: t('startingLead'),
    ...(handheld ? { emblem: <Badge icon="phone" waiting /> } : { stage: <QrPlaceholder /> }),
  };
}
