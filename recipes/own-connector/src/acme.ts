import {
  type Connector,
  type ConnectorContext,
  type Identity,
  NO_CAPABILITIES,
  type UpstreamStatus,
  defineConnector,
} from '@beckon/session-server/connector';
import { createLocalJWKSet, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { type Api, createApi, refused, unavailable } from './api.ts';
import { type Acme, type AcmeOptions, checkOptions } from './options.ts';

/** How often the app is asked how it stands, in ms. */
const POLL_MS = 1000;
/** There is one QR code to show; when another would take its place, in ms. */
const INTERVAL_MS = 60_000;

/** `POST /approvals` */
const created = z.object({
  id: z.string().regex(/^[\w-]{1,64}$/),
  link: z.url({ protocol: /^https$/ }),
  /** Unix seconds. */
  expires_at: z.int().positive(),
});
/** `GET /approvals/{id}` */
const progress = z.discriminatedUnion('status', [
  z.object({ status: z.enum(['waiting', 'opened', 'declined', 'expired']) }),
  z.object({ status: z.literal('approved'), id_token: z.string() }),
]);
/** `GET /employees/{sub}` */
const employee = z.object({ sub: z.string(), name: z.string().max(200), email: z.email().optional() });
const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) });

/** What the connector needs at the next look; it rests sealed. It comes back as JSON brings it. */
const providerState = z.object({ id: z.string(), nonce: z.string() });
type ProviderState = z.output<typeof providerState>;

/** Acme Approve. Mistakes in the options are reported when the configuration is checked. */
export const acme = defineConnector({
  id: 'acme',
  check: (options: AcmeOptions) => checkOptions(options),
  open: openAcme,
});

function openAcme(options: Acme, context: ConnectorContext): Connector {
  const api = createApi(options, context);
  return {
    ...NO_CAPABILITIES,
    id: options.id,
    names: options.names,
    button: null,
    modes: ['qr', 'same_device'],
    // QR code and consent are the app's own: Beckon cannot ask for the number, nor see the phone's network.
    verifies: { number: false, network: false },
    upstream: {
      async start({ mode, request }) {
        const nonce = Buffer.from(context.randomBytes(32)).toString('base64url');
        const { id, link, expires_at } = await api.post(
          '/approvals',
          { client_id: options.clientId, purpose: `Sign in to ${request.client_name}`, nonce },
          created,
        );
        return {
          qr: mode === 'qr' ? { texts: [link], interval_ms: INTERVAL_MS } : null,
          link: mode === 'same_device' ? link : null,
          expires_at: expires_at * 1000,
          providerState: { id, nonce } satisfies ProviderState,
        };
      },
      follow: (given, _start, signal) => follow(options, context, api, providerState.parse(given), signal),
      cancel: (given) => api.remove(`/approvals/${providerState.parse(given).id}`),
    },
  };
}

async function* follow(
  options: Acme,
  context: ConnectorContext,
  api: Api,
  { id, nonce }: ProviderState,
  signal: AbortSignal,
): AsyncGenerator<UpstreamStatus> {
  let opened = false;
  while (!signal.aborted) {
    const now = await api.get(`/approvals/${id}`, progress, signal).catch((cause: unknown) => {
      if (signal.aborted) return null;
      throw cause;
    });
    switch (now?.status) {
      case undefined:
        return;
      case 'approved':
        yield {
          status: 'confirmed',
          identity: await identify(options, context, api, now.id_token, nonce),
          tokens: null,
        };
        return;
      case 'declined':
      case 'expired':
        yield { status: now.status };
        return;
      case 'opened':
        if (!opened) yield { status: 'retrieved' };
        opened = true;
        break;
      case 'waiting':
        break;
    }
    await context.timers.sleep(POLL_MS, signal);
  }
}

/** Believes the approval only where the app signed it, for us, for this sign-in, just now (OpenID Connect Core §3.1.3.7). */
async function identify(
  { apiUrl, clientId }: Acme,
  { now }: ConnectorContext,
  api: Api,
  id_token: string,
  nonce: string,
): Promise<Identity> {
  const keys = createLocalJWKSet(await api.get('/jwks.json', keySet));
  const { payload } = await jwtVerify(id_token, keys, {
    algorithms: ['ES256'],
    issuer: apiUrl,
    audience: clientId,
    requiredClaims: ['sub', 'exp', 'iat', 'nonce'],
    maxTokenAge: '10 minutes',
    clockTolerance: 30,
    currentDate: new Date(now()),
  }).catch((cause: unknown) => {
    throw refused(`its approval does not verify (${cause instanceof errors.JOSEError ? cause.code : 'unreadable'})`);
  });
  if (payload['nonce'] !== nonce) throw refused('its approval is of another sign-in');
  if (payload['azp'] !== undefined && payload['azp'] !== clientId) throw refused('its approval is for another client');
  const { sub } = payload;
  if (typeof sub !== 'string' || sub === '' || sub.length > 255) throw refused('its approval names no employee');
  const { name, email, sub: about } = await api.get(`/employees/${encodeURIComponent(sub)}`, employee);
  if (about !== sub) throw unavailable('the directory answered about another employee');
  return {
    subject: sub,
    // The company's directory knows these addresses to be its employees'.
    claims: { name, ...(email === undefined ? {} : { email, email_verified: true }) },
    acr: null,
    amr: [],
    auth_time: payload.iat ?? null,
  };
}
