import type { Connector, ConnectorConfig, ConnectorContext } from '../connector.ts';
import { defineConnector } from '../define-connector.ts';
import { openOpenIdConnector } from '../shared/openid-connector.ts';
import { mapKrdPassClaims } from './claims.ts';
import { type KrdPassOptions, type ResolvedKrdPassOptions, resolveKrdPassOptions } from './options.ts';
import { signRequestObject } from './request-object.ts';
import { askedInWords } from './scope.ts';

export type { KrdPassOptions } from './options.ts';

/** KRDPASS. Mistakes in the options are reported when the configuration is checked. */
export const krdpass: (options: KrdPassOptions) => ConnectorConfig = defineConnector({
  id: 'krdpass',
  check: resolveKrdPassOptions,
  open: openKrdPass,
});

/** The errors with which its app says that the person did not want to; the SDKs call them all `cancelled`. */
const CANCELLED = new Set(['access_denied', 'cancelled', 'user_cancelled', 'login_required', 'consent_denied']);

function openKrdPass(options: ResolvedKrdPassOptions, context: ConnectorContext): Connector {
  const connector = openOpenIdConnector(options, context, {
    map: (raw) => mapKrdPassClaims(raw, options.id),
    declined: CANCELLED,
    request: async (start) => ({ request: await signRequestObject(options, context, start) }),
    // So that KRDPASS can answer an error before it knows what request_uri stands for.
    saidAgain: ({ callback_uri, state }) => ({ redirect_uri: callback_uri, state }),
    asks: (scope) => askedInWords(scope, options),
  });
  const { redirect } = connector;
  return {
    ...connector,
    // Its app asks the person; of a session in a browser, or of ignoring one, KRDPASS's documents know nothing.
    redirect: redirect && { ...redirect, reauthenticates: 'never' },
    logout: null,
  };
}
