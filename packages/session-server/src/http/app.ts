/**
 * Express wiring: the only room where routes are mounted and errors become responses. Owns the
 * routes (`routes/`), who may call them and how often (`policy/`), what is read of a request
 * (`input/`) and our pages (`pages/`). Depends on oauth, flow, realtime and webhooks. Leaves what
 * anything means to them.
 */
import express, { type Express, type Request } from 'express';
import type { Flow } from '../flow/index.ts';
import type { OAuth } from '../oauth/index.ts';
import type { Polls } from '../realtime/index.ts';
import type { ClientDirectory, Device } from '../session/index.ts';
import type { Logger, RequestTrace, ServerMetrics } from '../telemetry/index.ts';
import type { Webhooks } from '../webhooks/index.ts';
import type { WidgetFiles } from './pages/widget-files.ts';
import { assetRoutes, sandboxPhoneRoutes } from './routes/asset-routes.ts';
import { addressRoutes } from './routes/address-routes.ts';
import type { AssociatedApps } from './routes/association-routes.ts';
import { authorizeRoutes } from './routes/authorize-routes.ts';
import type { BrowserKeys } from './policy/browser-key.ts';
import type { ClientAddress } from './policy/client-address.ts';
import type { Cors } from './policy/cors.ts';
import { commonHeaders } from './policy/headers.ts';
import type { Limits } from './policy/limits.ts';
import { failures, identify, type ObservedRefusal, observe } from './observe.ts';
import { oauthRoutes } from './routes/oauth-routes.ts';
import { logoutRoutes } from './routes/logout-routes.ts';
import { type MarkFiles, markRoutes } from './routes/mark-routes.ts';
import { noScriptRoutes } from './routes/no-script-routes.ts';
import { type Ready, operationRoutes } from './routes/operation-routes.ts';
import { phoneRoutes } from './routes/phone-routes.ts';
import { redirectRoutes } from './routes/redirect-routes.ts';
import { createScreenKeys } from './policy/screen-key.ts';
import { unambiguousHead } from './input/request-head.ts';
import { responseRoutes } from './routes/response-routes.ts';
import { sessionRoutes } from './routes/session-routes.ts';
import { startRoutes } from './routes/start-routes.ts';
import { walletRoutes } from './routes/wallet-routes.ts';
import { webhookRoutes } from './routes/webhook-routes.ts';

export interface AppDependencies {
  readonly issuer: string;
  readonly flow: Pick<Flow, 'browser' | 'wallet' | 'redirect'>;
  readonly oauth: OAuth;
  readonly polls: Polls;
  readonly clients: ClientDirectory;
  readonly apps: AssociatedApps;
  readonly cors: Cors;
  readonly limits: Limits;
  readonly browserKeys: BrowserKeys;
  readonly webhooks: Webhooks;
  readonly clientAddress: (request: Request) => ClientAddress;
  readonly widget: WidgetFiles;
  /** The pictures of identity apps, by name. */
  readonly marks: MarkFiles;
  /** Where people get help with signing in; null for none. */
  readonly helpUrl: string | null;
  /** The page of the sandbox's phone, which the sign-in page links to; null for none. */
  readonly sandboxPhone: string | null;
  readonly ready: Ready;
  readonly newId: () => string;
  /** Ms, for durations. */
  readonly elapsed: () => number;
  readonly logger: Logger;
  readonly metrics: ServerMetrics;
  readonly trace: RequestTrace;
  /** Hears of a request that was refused and is worth remembering, once it is answered, and of the caller's address. */
  readonly onRefusal: (refusal: ObservedRefusal, address: string) => void;
}

/** A user agent is kept to this many characters. */
const USER_AGENT_LIMIT = 256;

export function createApp(deps: AppDependencies): Express {
  const { issuer, flow, oauth, polls, clients, cors, limits, browserKeys, widget, helpUrl, sandboxPhone } = deps;
  const onRefused = (error: unknown, request_id: string): void =>
    deps.logger.error('sign-in refused', { request_id }, error);
  const deviceOf = (request: Request): Device => ({
    ...deps.clientAddress(request),
    user_agent: (request.headers['user-agent'] ?? '').slice(0, USER_AGENT_LIMIT),
    origin: request.headers.origin ?? null,
  });

  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', false).set('case sensitive routing', true);
  app.use(identify(deps.newId));
  app.use(
    observe({ ...deps, onRefusal: (refusal, request) => deps.onRefusal(refusal, deps.clientAddress(request).address) }),
  );
  app.use(commonHeaders);
  app.use(unambiguousHead);
  // Every sign-in asks for these, several times: a request is compared with all routes before its own.
  app.use(oauthRoutes(oauth, cors, limits));
  app.use(walletRoutes({ flow: flow.wallet, deviceOf, limits }));
  app.use(startRoutes({ issuer, flow: flow.redirect, browserKeys, deviceOf, limits, onRefused }));
  app.use(sessionRoutes({ flow: flow.browser, oauth, polls, clients, cors, deviceOf, limits }));
  app.use(operationRoutes(deps.ready, limits));
  app.use(assetRoutes(widget));
  app.use(markRoutes(deps.marks));
  if (sandboxPhone !== null) app.use(sandboxPhoneRoutes());
  app.use(logoutRoutes({ oauth, limits }));
  app.use(responseRoutes({ flow: flow.browser, limits, onRefused }));
  app.use(authorizeRoutes({ issuer, oauth, flow: flow.browser, widget, helpUrl, sandboxPhone, deviceOf, limits }));
  const screenKeys = createScreenKeys(issuer);
  app.use(noScriptRoutes({ issuer, oauth, flow: flow.browser, clients, screenKeys, deviceOf, limits, onRefused }));
  app.use(redirectRoutes({ issuer, flow: flow.redirect, browserKeys, limits, onRefused }));
  app.use(phoneRoutes({ issuer, flow: flow.redirect, apps: deps.apps, browserKeys, deviceOf, limits, onRefused }));
  app.use(
    webhookRoutes({
      limits,
      webhooks: deps.webhooks,
      onRefused: (error, connector, request_id) =>
        deps.logger.warn('delivery refused', { request_id, connector }, error),
    }),
  );
  app.use(addressRoutes(issuer));
  app.use(failures(deps));
  return app;
}
