/** What holds for every answer and for every line of the log, whatever was asked. */
import { ERROR_STATUS } from '../../packages/protocol/src/index.ts';
import type { Draft } from './draft.ts';
import type { Answer } from './wire.ts';

/** RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1, RFC 7009 §2.2.1, OpenID Connect Core §3.1.2.6. */
const OAUTH_ERRORS = [
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'access_denied',
  'unsupported_response_type',
  'temporarily_unavailable',
  'invalid_token',
  'insufficient_scope',
  'unsupported_token_type',
  'login_required',
  'interaction_required',
  'consent_required',
  'account_selection_required',
  'invalid_request_uri',
  'invalid_request_object',
  'request_not_supported',
  'request_uri_not_supported',
  'registration_not_supported',
  'unmet_authentication_requirements',
];
const ERRORS: ReadonlySet<string> = new Set([...Object.keys(ERROR_STATUS), ...OAUTH_ERRORS]);
/** RFC 6749 §5.2: what `error_description` may have. */
const DESCRIPTION = /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/;

/** What our tokens look like (`secrets/derived-token.ts`). */
const TOKEN = /\b(ac|at|rt|rp)_[0-9A-Z]{1,64}\.\d{1,9}\.[\w-]{43}/g;
/** Routes whose answers have them. */
const TOKENS_AT: Readonly<Record<string, RegExp>> = {
  at: /^POST \/oauth\/token$/,
  rt: /^POST \/oauth\/token$/,
  ac: /^(?:(?:GET|POST) \/session\/|GET \/callback\/|POST \/callback\/|POST \/no-script\/|GET \/no-script\/|GET \/authorize\/response\/|POST \/q\/|GET \/q\/)/,
  rp: /^(?:(?:GET|POST) \/session\/|GET \/callback\/|POST \/callback\/|(?:GET|POST) \/no-script\/|POST \/q\/)/,
};

export interface ChecksOptions {
  readonly issuer: string;
  /** By name: must be in no answer and no line. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Of the person, by name: belong into the userinfo alone. */
  readonly person: Readonly<Record<string, string>>;
  /** Where an answer may lead, as beginnings of addresses. */
  readonly targets: readonly string[];
  /** Whether limits are on: then 429 may be answered anywhere. */
  readonly isLimited: boolean;
}

export interface Checks {
  /** What is wrong with the answer; empty where nothing is. */
  answer(request: Draft, answer: Answer): readonly string[];
  /** What is wrong with the line; empty where nothing is. */
  line(line: string): readonly string[];
}

/** What providers allow is counted apart from our own limits, which can be widened. */
const BY_PROVIDERS =
  /identity app right now|from this network wait right now|provider is asked too often|were sent to this person/;

const MOST_MS = 10_000;

export function createChecks({ issuer, secrets, person, targets, isLimited }: ChecksOptions): Checks {
  const only = (answer: Answer, name: string): string | null => {
    const values = answer.headers.get(name) ?? [];
    return values.length === 1 ? values[0]! : null;
  };

  const statusOf = ({ status, headers, body }: Answer): readonly string[] => {
    if (status >= 500 && status !== 502 && !(status === 503 && isLook(body, headers))) return [`status ${status}`];
    if (status === 502 && !body.includes('connector_unavailable') && !isPage(headers))
      return ['502 that is no provider’s'];
    if (status !== 429) return [];
    const wait = Number(headers.get('retry-after')?.[0]);
    return [
      ...(isLimited || BY_PROVIDERS.test(body) ? [] : ['429, and the limits are wide']),
      ...(Number.isInteger(wait) && wait >= 1 && wait <= 600 ? [] : ['429 with no Retry-After']),
    ];
  };
  const headOf = (answer: Answer): readonly string[] => {
    const found: string[] = [];
    if (only(answer, 'x-content-type-options') !== 'nosniff') found.push('no nosniff');
    if (!/^[\w.-]{1,64}$/.test(only(answer, 'x-request-id') ?? '')) found.push('no X-Request-Id');
    if (only(answer, 'cache-control') === null) found.push('no Cache-Control');
    const policy = only(answer, 'content-security-policy');
    // What never became a request is answered on the bare connection.
    const isBare = only(answer, 'connection') === 'close' && answer.status >= 400 && policy === null;
    if (!isBare && policy?.includes("default-src 'none'") !== true) found.push('no policy');
    if (!isBare && only(answer, 'referrer-policy') === null) found.push('no Referrer-Policy');
    for (const name of ['x-injected', 'x-powered-by', 'server', 'etag-x'])
      if (answer.headers.has(name)) found.push(`a header ${name}`);
    for (const cookie of answer.headers.get('set-cookie') ?? []) {
      if (!/; Path=\/; .*HttpOnly; SameSite=(?:Lax|Strict)$/.test(cookie))
        found.push(`a cookie that is open: ${cookie.split(';').slice(1).join(';')}`);
    }
    return found;
  };
  const bodyOf = (request: Draft, answer: Answer): readonly string[] => {
    const { status, body } = answer;
    const type = only(answer, 'content-type') ?? '';
    const isEmpty = request.method === 'HEAD' || status === 204 || status === 304;
    if (isEmpty) return body === '' ? [] : ['a body where none may be'];
    if (status === 503 && isLook(body, answer.headers)) return [];
    if (type.startsWith('text/html')) {
      if (/<script>alert|<img src=x|<h1>yes/i.test(body)) return ['markup of the caller’s'];
      return /^<!doctype html>/i.test(body) || (status >= 300 && status < 400) ? [] : ['no whole page'];
    }
    if (status < 400) return type.includes('json') && !isJson(body) ? ['no JSON'] : [];
    if (!type.startsWith('application/json')) return [`an error that is ${type === '' ? 'of no type' : type}`];
    const parsed = isJson(body) ? (JSON.parse(body) as Record<string, unknown>) : {};
    const { error, error_description, request_id, ...rest } = parsed;
    const found: string[] = [];
    if (typeof error !== 'string' || !ERRORS.has(error)) found.push(`error is ${JSON.stringify(error)}`);
    if (typeof error_description !== 'string' || error_description === '' || error_description.length > 1_000)
      found.push('error_description is none');
    else if (request.route.includes('/oauth/') && !DESCRIPTION.test(error_description))
      found.push(`error_description has characters that RFC 6749 does not allow: ${error_description}`);
    if (request_id !== only(answer, 'x-request-id')) found.push('request_id is not X-Request-Id');
    if (Object.keys(rest).length > 0) found.push(`more members: ${Object.keys(rest).join()}`);
    return found;
  };
  const targetOf = (answer: Answer): readonly string[] => {
    const location = only(answer, 'location');
    const isRedirect = answer.status >= 300 && answer.status < 400 && answer.status !== 304;
    if (!isRedirect) return location === null ? [] : ['a Location with no redirect'];
    if (answer.status !== 303) return [`a redirect by ${answer.status}`];
    if (location === null) return ['a redirect to nowhere'];
    const description = URL.parse(location, issuer)?.searchParams.get('error_description') ?? null;
    return [
      ...(location.startsWith('/') && !location.startsWith('//')
        ? []
        : targets.some((target) => location.startsWith(target))
          ? []
          : [`leads to ${location.slice(0, 80)}`]),
      ...(description === null || DESCRIPTION.test(description)
        ? []
        : [`error_description in the address: ${description}`]),
    ];
  };
  const leaksOf = (request: Draft, { status, headers, body }: Answer): readonly string[] => {
    const text = `${[...headers].map(([name, values]) => `${name}: ${values.join()}`).join('\n')}\n${body}`;
    const found: string[] = [];
    for (const [name, value] of Object.entries(secrets)) if (text.includes(value)) found.push(`the secret ${name}`);
    const isUserinfo = request.route.endsWith(' /oauth/userinfo') && status === 200;
    for (const [name, value] of Object.entries(person))
      if (!isUserinfo && text.includes(value)) found.push(`the person’s ${name}`);
    for (const [, kind = ''] of text.matchAll(TOKEN)) {
      const isHere = status < 400 && TOKENS_AT[kind]?.test(request.route) === true;
      if (!isHere) found.push(`a token ${kind}_ at ${request.route}`);
    }
    return found;
  };

  return {
    answer: (request, answer) => [
      ...statusOf(answer),
      ...headOf(answer),
      ...bodyOf(request, answer),
      ...targetOf(answer),
      ...leaksOf(request, answer),
      ...(answer.took_ms > MOST_MS ? [`took ${Math.round(answer.took_ms)} ms`] : []),
    ],
    line(line) {
      if (!isJson(line)) return ['no JSON'];
      const { level, event } = JSON.parse(line) as Record<string, unknown>;
      const found: string[] = [];
      if (event === 'request failed' || event === 'uncaught') found.push('a request failed');
      if (typeof level !== 'string' || typeof event !== 'string') found.push('no level, or no event');
      for (const [name, value] of Object.entries({ ...secrets, ...person }))
        if (line.includes(value)) found.push(`the secret ${name}`);
      if (line.search(TOKEN) !== -1) found.push('a token');
      // Two digits of a partition, and 26 characters: a session's id.
      if (/\b[0-9A-F]{2}[0-9A-Z]{26}\b/.test(line)) found.push('the id of a session');
      return found;
    },
  };
}

/** What a browser that only looks ahead is told: 503, with no body. */
function isLook(body: string, headers: Answer['headers']): boolean {
  return body === '' && headers.has('retry-after');
}

function isPage(headers: Answer['headers']): boolean {
  return headers.get('content-type')?.[0]?.startsWith('text/html') === true;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
