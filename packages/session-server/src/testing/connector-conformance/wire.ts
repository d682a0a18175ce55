import { connectorContext } from '../connector-context.ts';
import type { ConnectorContext } from '../../connectors/connector.ts';

/** As the server's: a call may take this long, in ms, body included. */
const TIME_LIMIT_MS = 10_000;
/** The same for a call that goes to a provider which may hang. */
const SHORT_LIMIT_MS = 200;
const SIZE_LIMIT_BYTES = 1_048_576;
/** Shorter texts are in too many places by chance, in characters. */
const TELLING_LENGTH = 8;

export interface WireOptions {
  /** Where a call to this endpoint goes instead; null for the provider itself. */
  readonly divert?: (endpoint: string) => string | null;
  /** Changes what an endpoint answers, where that is JSON. */
  readonly rewrite?: (endpoint: string, answer: unknown) => unknown;
}

/** What lies between a connector and its provider: the context that it is lent, with an ear on it. */
export interface Wire {
  readonly context: ConnectorContext;
  /** Every call, as `GET /path`, ids in it replaced. */
  readonly calls: readonly string[];
  /** Everything that was said either way and is private. */
  readonly told: ReadonlySet<string>;
  readonly logged: readonly string[];
}

export function openWire({ divert = () => null, rewrite }: WireOptions = {}): Wire {
  const calls: string[] = [];
  const told = new Set<string>();
  const logged: string[] = [];
  const hear = (text: string): void => {
    for (const value of textsIn(text)) if (isTelling(value)) told.add(value);
  };

  const call = async (input: Parameters<typeof fetch>[0], init: RequestInit, isStream: boolean): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : input);
    const endpoint = `${init.method ?? 'GET'} ${url.pathname.replaceAll(/(?<=\/)[\w.~-]{20,}/g, ':id')}`;
    calls.push(endpoint);
    hear([...url.searchParams.values(), ...credentialsIn(new Headers(init.headers))].map(quoted).join());
    if (typeof init.body === 'string') hear(init.body);
    const elsewhere = divert(endpoint);
    const limit = new AbortController();
    const signal = AbortSignal.any([limit.signal, ...(init.signal ? [init.signal] : [])]);
    const timer = AbortSignal.timeout(elsewhere === null ? TIME_LIMIT_MS : SHORT_LIMIT_MS);
    const expire = (): void => limit.abort(timer.reason);
    timer.addEventListener('abort', expire);
    const redirect = init.redirect === 'manual' ? 'manual' : 'error';
    const response = await fetch(elsewhere ?? url, { ...init, signal, redirect });
    // An event stream may go on for as long as it likes, once it has begun.
    if (isStream) timer.removeEventListener('abort', expire);
    return new Response(
      response.body?.pipeThrough(tap(isStream ? Infinity : SIZE_LIMIT_BYTES, hear)) ?? null,
      response,
    );
  };
  const rewritten = async (input: Parameters<typeof fetch>[0], init: RequestInit = {}): Promise<Response> => {
    const response = await call(input, init, false);
    const endpoint = calls.at(-1) ?? '';
    if (rewrite === undefined || response.headers.get('content-type')?.includes('json') !== true) return response;
    const answer = rewrite(endpoint, await response.json());
    return new Response(JSON.stringify(answer), { status: response.status, headers: response.headers });
  };

  const streamed = async (input: Parameters<typeof fetch>[0], init: RequestInit = {}): Promise<Response> => {
    const response = await call(input, init, true);
    const endpoint = calls.at(-1) ?? '';
    if (rewrite === undefined || response.body === null) return response;
    return new Response(response.body.pipeThrough(rewriteEvents((answer) => rewrite(endpoint, answer))), response);
  };

  return {
    calls,
    told,
    logged,
    context: connectorContext({
      fetch: rewritten,
      stream: streamed,
      log: (detail) => logged.push(detail),
    }),
  };
}

/** Passes everything on up to a limit, and listens. */
function tap(limit: number, hear: (text: string) => void): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  let size = 0;
  let text = '';
  return new TransformStream({
    transform(chunk, controller) {
      size += chunk.byteLength;
      if (size > limit) return controller.error(new RangeError('the answer is too long'));
      controller.enqueue(chunk);
      text += decoder.decode(chunk, { stream: true });
      // A stream never ends in time: what it said is heard event by event.
      if (text.endsWith('\n\n')) {
        hear(text);
        text = '';
      }
    },
    flush: () => hear(text),
  });
}

/** Changes what each `data:` line of an event stream says, where that is JSON. */
function rewriteEvents(change: (answer: unknown) => unknown): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let rest = '';
  return new TransformStream({
    transform(chunk, controller) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const data = /^data: ?(\{.*)$/.exec(line)?.[1];
        const said = data === undefined ? line : `data: ${JSON.stringify(change(JSON.parse(data)))}`;
        controller.enqueue(encoder.encode(`${said}\n`));
      }
    },
    flush: (controller) => controller.enqueue(encoder.encode(rest)),
  });
}

const quoted = (text: string): string => JSON.stringify(text);

/** What proves who asks: every header that is not about the message. */
function credentialsIn(headers: Headers): string[] {
  const about = new Set(['accept', 'content-type', 'content-length', 'user-agent', 'accept-language']);
  return [...headers]
    .filter(([name]) => !about.has(name))
    .map(([, value]) => value.replace(/^(?:Basic|Bearer) +/i, ''));
}

/** The texts in JSON or in a form, those in their URLs too. */
function textsIn(body: string): string[] {
  const inJson = [...body.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([text]) => parse(text));
  const inForm = /^[\w.%*+-]+=/.test(body) ? [...new URLSearchParams(body).values()] : [];
  const texts = [...inJson, ...inForm];
  return [...texts, ...texts.flatMap((text) => [...(URL.parse(text)?.searchParams.values() ?? [])])];
}

function parse(text: string): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    return text;
  }
}

/** Not the words of a protocol, and no address. */
function isTelling(value: string): boolean {
  return value.length >= TELLING_LENGTH && !/^[a-z_: -]+$/.test(value) && URL.parse(value) === null;
}
