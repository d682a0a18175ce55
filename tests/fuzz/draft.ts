/** A request while it is made: in parts, so that one of them can be made wrong. */

/** A parameter of a query, a form or the head. */
export interface Member {
  name: string;
  value: string;
  /** Is sent as it is, and not encoded. Default false. */
  raw?: boolean;
}

export type Body =
  | { readonly type: 'none' }
  | { readonly type: 'form'; readonly members: Member[] }
  | { readonly type: 'json'; readonly value: Record<string, unknown> }
  | { readonly type: 'bytes'; readonly bytes: Buffer };

/** How the bytes travel. */
export interface Transport {
  /** The body comes in chunks, with no length. */
  chunked: boolean;
  /** Only this part of the body is sent, and then the sending side closes; null for all of it. */
  cut: number | null;
  version: string;
}

export interface Draft {
  /** What the request is meant to be: the pattern of its route, with its method. */
  readonly route: string;
  method: string;
  /** As it is sent. */
  path: string;
  readonly query: Member[];
  readonly headers: Member[];
  body: Body;
  readonly transport: Transport;
  /** What was made wrong, for the report. */
  readonly wrong: string[];
}

export const membersOf = (values: Readonly<Record<string, string | null>>): Member[] =>
  Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [{ name, value }]));

export interface DraftOptions {
  readonly query?: Readonly<Record<string, string | null>>;
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly form?: Readonly<Record<string, string | null>>;
  readonly json?: Readonly<Record<string, unknown>>;
  readonly bytes?: Buffer;
}

/** @param route `POST /session/:id/status`; `path` is `route`'s own where it is left out */
export function draft(
  route: string,
  path: string = route.slice(route.indexOf(' ') + 1),
  options: DraftOptions = {},
): Draft {
  const { query = {}, headers = {}, form, json, bytes } = options;
  const body: Body =
    form !== undefined
      ? { type: 'form', members: membersOf(form) }
      : json !== undefined
        ? { type: 'json', value: structuredClone(json) as Record<string, unknown> }
        : bytes !== undefined
          ? { type: 'bytes', bytes }
          : { type: 'none' };
  const type = { none: null, form: 'application/x-www-form-urlencoded', json: 'application/json', bytes: null };
  return {
    route,
    method: route.slice(0, route.indexOf(' ')),
    path,
    query: membersOf(query),
    headers: membersOf({ 'content-type': type[body.type], ...headers }),
    body,
    transport: { chunked: false, cut: null, version: '1.1' },
    wrong: [],
  };
}

const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());
const pairs = (members: readonly Member[]): string =>
  members
    .map(({ name, value, raw }) => (raw === true ? `${encoded(name)}=${value}` : `${encoded(name)}=${encoded(value)}`))
    .join('&');

/** Names of members that JSON is given twice: `JSON.stringify` cannot. */
const DOUBLED = '__doubled__';

function bodyOf(body: Body): Buffer {
  switch (body.type) {
    case 'none':
      return Buffer.alloc(0);
    case 'form':
      return Buffer.from(pairs(body.members));
    case 'json':
      return Buffer.from(JSON.stringify(body.value).replaceAll(DOUBLED, ''));
    case 'bytes':
      return body.bytes;
  }
}

/** Gives a JSON member another name that is written as `name`. */
export function doubledName(name: string): string {
  return name + DOUBLED;
}

/** The bytes of the request; `cut` says that the sender then stops. */
export function bytesOf(request: Draft): Buffer {
  const { method, path, query, headers, transport } = request;
  const whole = bodyOf(request.body);
  const body = transport.cut === null ? whole : whole.subarray(0, Math.floor(whole.length * transport.cut));
  const target = query.length === 0 ? path : `${path}?${pairs(query)}`;
  const lines = headers.map(({ name, value }) => `${name}: ${value}`);
  if (transport.chunked) lines.push('transfer-encoding: chunked');
  else if (whole.length > 0 || method === 'POST') lines.push(`content-length: ${whole.length}`);
  const head = Buffer.from(`${method} ${target} HTTP/${transport.version}\r\n${lines.join('\r\n')}\r\n\r\n`);
  return Buffer.concat([head, transport.chunked ? chunksOf(body, transport.cut !== null) : body]);
}

function chunksOf(body: Buffer, isCut: boolean): Buffer {
  const half = Math.ceil(body.length / 2);
  const parts = [body.subarray(0, half), body.subarray(half)].filter((part) => part.length > 0);
  const chunks = parts.map((part) =>
    Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]),
  );
  return Buffer.concat([...chunks, Buffer.from(isCut ? '' : '0\r\n\r\n')]);
}
