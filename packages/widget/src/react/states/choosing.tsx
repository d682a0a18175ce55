import type { ConnectorOffer, Mode } from '@beckon/protocol';
import type { SessionView } from '../../session/index.ts';
import { Button } from '../button.tsx';
import { Reference } from '../reference.tsx';
import type { Screen, View } from '../screen.ts';
import { Choices } from './choices.tsx';

/** Several identity apps: which one? Also what "Choose another app" leads to. The last one used comes first. */
export function choosing(view: View, { connectors, lastUsed }: SessionView): Screen {
  const { state, t, name, cancel, detour } = view;
  const isLast = ({ id }: ConnectorOffer): boolean => id === lastUsed;
  const inOrder = [true, false].flatMap((last) => connectors.filter((offer) => isLast(offer) === last));
  const fallen = state.phase === 'choosing' ? state.unavailable : null;
  const id = state.phase === 'choosing' ? state.requestId : null;
  const noteOn = (offer: ConnectorOffer): string | null =>
    offer.id === fallen?.id ? t('unavailable') : isLast(offer) ? t('lastUsed') : null;
  const back = state.phase === 'choosing' ? cancel : () => detour(null);
  return {
    title: t(fallen ? 'failedProviderTitle' : 'signInTo'),
    lead: t(fallen ? 'chooseOther' : 'chooseLead'),
    stage: <Choices offers={inOrder} t={t} name={name} noteOn={noteOn} onPick={(connector) => pick(view, connector)} />,
    actions: (back || id) && (
      <>
        {back && (
          <Button kind="quiet" muted onPress={back}>
            {t('cancel')}
          </Button>
        )}
        <Reference t={t} id={id} />
      </>
    ),
  };
}

/** The app's link first on the device that has the app, the code first on every other. */
export function pick({ handheld, choose, detour }: View, connector: ConnectorOffer): void {
  const order: readonly Mode[] = handheld ? ['same_device', 'qr'] : ['qr', 'same_device'];
  const mode = order.find((wanted) => connector.modes.includes(wanted));
  if (mode) choose(connector, mode);
  else detour({ to: 'identifier', connector });
}
