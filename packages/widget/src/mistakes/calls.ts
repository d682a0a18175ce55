import { type Mistake, opaqueOrigin } from './mistake.ts';
import { probe } from './probe.ts';
import type { Trouble } from './trouble.ts';

type Call = Extract<Trouble, { readonly of: 'server' | 'request_url' }>;

/** Why a call was not answered as it should be; null where that may be the network's fault. */
export async function findInCall({ of, url, answer, last }: Call): Promise<Mistake | null> {
  const asksServer = of === 'server';
  const { href, origin, protocol, hostname } = new URL(url, location.href);
  const isOwn = origin === location.origin;
  const wrong = (what: string, code?: string): Mistake => ({
    id: asksServer ? 'setup_server' : 'setup_request_url',
    says: `${href} ${what}. ${asksServer ? BE_SERVER : BE_ROUTE}`,
    ...(code && { code }),
  });
  if (answer !== null) return wrong(`answered ${answer.status} ${answer.headers.get('content-type')}`);
  const opaque = opaqueOrigin();
  if (opaque !== null) return opaque;
  if (location.protocol === 'https:' && protocol === 'http:' && !LOOPBACK.test(hostname))
    return wrong('is http, which no page of https may call');
  // Offline: nothing can be told of addresses.
  if (!navigator.onLine) return null;
  // Of a route of the page's own the head alone is asked for: that makes no request.
  const probed = asksServer ? href.replace(/\/session(\/.*)?$/, DISCOVERY) : href;
  const outcome = await probe(probed);
  if (outcome === 'blocked') return lacking(isOwn ? "'self'" : origin);
  // Once more may help, or the server is away.
  if (!last) return null;
  const reached = outcome === 'reached';
  if (!asksServer) return reached && !isOwn ? wrong('lets no page of this origin read its answer') : null;
  if ((await issuerAt(probed)) !== null) return null;
  const issuer = await issuerAt(new URL(DISCOVERY, href).href);
  if (issuer !== null) return wrong(`is not the issuer's, ${issuer}`);
  // It may also be a proxy whose server is away: trying again helps then.
  if (reached) return wrong('cannot be read by this page', 'server_error');
  // The network's fault more often than not: the person reads that, and only the console suspects the address.
  return {
    id: 'setup_server',
    says: `${href} cannot be reached. Is it running, and is that its address?`,
    code: 'network',
  };
}

export function lacking(source: string): Mistake {
  return { id: 'setup_connect_src', says: `the page's policy forbids a call. Add ${source} to connect-src.` };
}

const BE_SERVER = "Set server to the issuer's address: a bundle or a module takes the page's own.";
const BE_ROUTE = 'request-url must answer a POST with { "client_id", "request_uri" }.';
const DISCOVERY = '/.well-known/openid-configuration';
/** Browsers let a page of https call these. */
const LOOPBACK = /^(localhost|127\.|\[::1)|\.localhost$/;

/** What discovery names there; null where it is none. */
async function issuerAt(discovery: string): Promise<string | null> {
  try {
    const response = await fetch(discovery, { credentials: 'omit' });
    const { issuer } = (await response.json()) as { readonly issuer?: string };
    return issuer ?? null;
  } catch {
    return null;
  }
}
