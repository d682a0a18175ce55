import { type RequestHandler, Router } from 'express';
import { type ConsoleDependencies, createConsole, createEntry } from '../console/index.ts';
import type { Secrets } from '../secrets/index.ts';
import type { OperatorToken } from '../config/index.ts';
import { type ApiDependencies, createApi } from './api.ts';
import type { ApiDesk } from './routes.ts';
import { ownHost } from './own-host.ts';
import { createWrongTokens } from './wrong-tokens.ts';

export interface DeskDependencies
  extends
    Pick<ConsoleDependencies, 'issuer' | 'operator' | 'funnel' | 'connectors' | 'health' | 'explain' | 'now'>,
    Pick<ApiDesk, 'keys' | 'onRotated'> {
  readonly secrets: Pick<Secrets, 'mac' | 'macs'>;
  /** `admin.host` of the configuration. */
  readonly host: string;
  /** Those that the configuration has now. */
  readonly tokens: () => readonly OperatorToken[];
  /** Ms of a clock that never goes back. */
  readonly elapsed: () => number;
  /** Hears of who was not let in; `name` is that of a token that may only read. */
  readonly onRefused: (request_id: string, reason: 'wrong_token' | 'read_only_token', name: string | null) => void;
}

/** What operators work at: the API and the console, over the same acts. */
export function createDesk(deps: DeskDependencies): RequestHandler {
  const wrongTokens = createWrongTokens(deps.elapsed);
  const refused = (
    request: Parameters<ApiDependencies['onRefused']>[0],
    reason: 'wrong_token' | 'read_only_token',
    name: string | null,
  ): void => deps.onRefused(request.res?.get('x-request-id') ?? '', reason, name);
  const router = Router();
  router.use(ownHost(deps.host));
  router.use(
    createApi({
      ...deps,
      desk: { ...deps, connectors: deps.connectors.map(({ id }) => id) },
      wrongTokens,
      onRefused: refused,
    }),
  );
  router.use(
    createConsole({
      ...deps,
      entry: createEntry(deps),
      keys: () => deps.keys.list(),
      onWrongToken(request) {
        wrongTokens.count(request);
        refused(request, 'wrong_token', null);
      },
    }),
  );
  return router;
}
