import type { ConnectorOffer, Mode } from '@beckon/protocol';
import { Button } from '../button.tsx';
import { Icon } from '../icon.tsx';
import type { Screen, View } from '../screen.ts';

/** Several identity apps: which one? Also what "Use another app" leads to. */
export function choosing(view: View, connectors: readonly ConnectorOffer[]): Screen {
  const { t, cancel, detour } = view;
  return {
    title: t('signInTo'),
    lead: t('chooseLead'),
    stage: (
      <ul className="bk-choices">
        {connectors.map((connector) => (
          <li key={connector.id}>
            <button type="button" className="bk-choice" onClick={() => pick(view, connector)}>
              <span className="bk-monogram" aria-hidden="true">
                {connector.names.en.slice(0, 1)}
              </span>
              <span>{connector.names.en}</span>
              <Icon name="chevron" size={20} />
            </button>
          </li>
        ))}
      </ul>
    ),
    actions:
      view.state.phase === 'choosing' ? (
        cancel && (
          <Button kind="quiet" muted onPress={cancel}>
            {t('cancel')}
          </Button>
        )
      ) : (
        <Button kind="quiet" muted onPress={() => detour(null)}>
          {t('cancel')}
        </Button>
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
