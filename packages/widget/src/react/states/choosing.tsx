import type { ConnectorOffer, Mode } from '@beckon/protocol';
import type { MessageKey } from '../../messages/index.ts';
import type { SessionView } from '../../session/index.ts';
import { brandOf } from '../brand.ts';
import { Button } from '../button.tsx';
import { Icon } from '../icon.tsx';
import { Mark } from '../mark.tsx';
import { Reference } from '../reference.tsx';
import type { Screen, View } from '../screen.ts';

/** Several identity apps: which one? Also what "Choose another app" leads to. The last one used comes first. */
export function choosing(view: View, { connectors, lastUsed }: SessionView): Screen {
  const { state, t, name, cancel, detour } = view;
  const isLast = ({ id }: ConnectorOffer): boolean => id === lastUsed;
  const inOrder = connectors.toSorted((a, b) => Number(isLast(b)) - Number(isLast(a)));
  const fallen = state.phase === 'choosing' ? state.unavailable : null;
  const id = state.phase === 'choosing' ? state.requestId : null;
  const noteOn = (offer: ConnectorOffer): MessageKey | null =>
    offer.id === fallen?.id ? 'unavailable' : isLast(offer) ? 'lastUsed' : null;
  const back = state.phase === 'choosing' ? cancel : () => detour(null);
  return {
    title: t(fallen ? 'failedProviderTitle' : 'signInTo'),
    lead: t(fallen ? 'chooseOther' : 'chooseLead'),
    stage: (
      <ul className="bk-choices">
        {inOrder.map((connector) => (
          <li key={connector.id}>
            <button type="button" className="bk-choice" {...brandOf(connector)} onClick={() => pick(view, connector)}>
              <Mark connector={connector} />
              <span>
                <bdi>{name(connector)}</bdi>
              </span>
              {noteOn(connector) && <span className="bk-last">{t(noteOn(connector)!)}</span>}
              <Icon name="chevron" size={20} />
            </button>
          </li>
        ))}
      </ul>
    ),
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
