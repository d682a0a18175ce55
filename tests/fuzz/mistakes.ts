/** What can be wrong in a request: each changes one part of one that was right. */
import { gzipSync } from 'node:zlib';
import { type Draft, type Member, doubledName } from './draft.ts';
import type { Pool } from './pool.ts';
import type { Random } from './random.ts';

/**
 * Where a text of the caller's is given back by protocol, so that a secret in it would be found where it belongs: a
 * `state` in redirects, a request's id in answers and in the log.
 */
const GIVEN_BACK = new Set(['state', 'x-request-id']);

/** Texts that have broken some parser, somewhere. */
const TEXTS: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\u{feff}',
  '\u202etxt.exe',
  'é'.repeat(64),
  'ﷺ'.repeat(64),
  '👩‍👩‍👧‍👦'.repeat(20),
  '\ud800',
  'İIıi',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'null',
  'undefined',
  'NaN',
  '[object Object]',
  'true',
  '0',
  '-1',
  '1e309',
  '9007199254740993',
  '9'.repeat(400),
  '0x7fffffff',
  'a\r\nX-Injected: yes',
  'a\r\n\r\n<h1>yes</h1>',
  '<script>alert(1)</script>',
  `"'><img src=x onerror=alert(1)>`,
  '${7*7}{{7*7}}',
  `' OR 1=1 --`,
  '../../../etc/passwd',
  '//evil.example/',
  'https://evil.example/callback',
  'javascript:alert(1)',
  'data:text/html,yes',
  'http://127.0.0.1:1/',
  'http://169.254.169.254/latest/meta-data/',
  'urn:ietf:params:oauth:request_uri:none',
  'openid openid openid',
  ' openid',
  'openid\toffline_access',
  '*',
  '%00',
  '%',
  '\\',
  '\x7f\x1b[31m',
];
/** Sent as they are, where texts are percent-encoded: what cannot be decoded. */
const RAW: readonly string[] = [
  '%',
  '%f',
  '%zz',
  '%ff',
  '%c3',
  '%c3%28',
  '%ed%a0%80',
  '%f8%88%80%80%80',
  '%00',
  '+',
  '&&&',
  '=',
  ';a=b',
  '%26x%3D1',
  '%u0041',
  '#x',
];
const ODD = ['a', 'Z', '0', '_', '-', '.', '~', ' ', '%', '+', '/', '=', 'é', '\0'] as const;
const LONG = [300, 600, 2_000, 5_000, 12_000, 40_000] as const;

const WRONG_TYPES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  -0,
  2 ** 53 + 2,
  [],
  {},
  ['a', 'b'],
  [['a']],
  { toString: 'x' },
  { length: 1e9 },
  { $ne: null },
];

const MEDIA: readonly string[] = [
  'application/json',
  'application/json; charset=utf-16',
  'application/x-www-form-urlencoded',
  'application/x-www-form-urlencoded; charset=iso-8859-1',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'text/plain',
  'application/xml',
  'application/json, text/html',
  '*/*',
  ';',
  '',
  'application/jwt',
];

const HEADERS: readonly (readonly [string, string])[] = [
  ['x-forwarded-for', 'not-an-address, , 1.2.3.4.5'],
  ['x-forwarded-for', `${'10.0.0.1, '.repeat(300)}10.0.0.2`],
  ['x-forwarded-host', 'evil.example'],
  ['x-forwarded-proto', 'javascript'],
  ['forwarded', 'for="_\\"";proto=https'],
  ['x-original-url', '/metrics'],
  ['x-http-method-override', 'DELETE'],
  ['x-request-id', 'a b c'],
  ['x-request-id', 'x'.repeat(900)],
  ['content-encoding', 'gzip'],
  ['content-encoding', 'br, gzip'],
  ['expect', '100-continue'],
  ['range', 'bytes=0-0,-1'],
  ['if-none-match', '*'],
  ['if-modified-since', 'yesterday'],
  ['accept', 'text/html;q=x, application/json;q=9'],
  ['accept', `${'a/b,'.repeat(1_000)}*/*`],
  ['accept-encoding', 'gzip;q=, br;q=2, *;q=0'],
  ['accept-language', `${'xx-'.repeat(200)}yy`],
  ['cookie', '=; ;;; a=b=c; __proto__=1; beckon-=x'],
  ['cookie', 'a'.repeat(6_000)],
  ['origin', 'null'],
  ['origin', 'https://evil.example'],
  ['origin', 'https://shop.example:443'],
  ['origin', 'HTTPS://SHOP.EXAMPLE'],
  ['sec-fetch-site', 'cross-site'],
  ['sec-fetch-mode', 'no-cors'],
  ['sec-purpose', 'prefetch;prerender'],
  ['authorization', 'Bearer'],
  ['authorization', 'Bearer  a b'],
  ['authorization', 'Basic'],
  ['authorization', 'Basic !!!!'],
  ['authorization', `Basic ${Buffer.from('no-colon').toString('base64')}`],
  ['authorization', `Basic ${Buffer.from('%ff:%zz').toString('base64')}`],
  ['authorization', `Basic ${Buffer.from('__proto__:x').toString('base64')}`],
  ['authorization', 'DPoP abc'],
  ['authorization', 'Negotiate YII='],
  ['user-agent', '\u00ff<script>'],
  ['upgrade', 'h2c'],
  ['te', 'trailers'],
  ['trailer', 'authorization'],
];

type Mistake = readonly [name: string, make: (request: Draft) => void];

export function createMistakes(random: Random, pool: Pool): (request: Draft) => void {
  /** Every list of parameters that the request has. */
  const lists = ({ query, body }: Draft): Member[][] =>
    [query, ...(body.type === 'form' ? [body.members] : [])].filter((list) => list.length > 0);
  const change = (request: Draft, how: (member: Member, list: Member[]) => void): void => {
    const all = lists(request);
    if (all.length > 0) {
      const list = random.pick(all);
      how(random.pick(list), list);
    } else if (request.body.type === 'json') member(request.body.value, how);
    else segment(request, how);
  };
  /** The same, on a member of a JSON body. */
  const member = (value: Record<string, unknown>, how: (member: Member, list: Member[]) => void): void => {
    const names = Object.keys(value);
    if (names.length === 0) {
      value['extra'] = random.pick(TEXTS);
      return;
    }
    const list = names.map((name): Member => ({ name, value: textOf(value[name]) }));
    how(random.pick(list), list);
    for (const name of names) delete value[name];
    for (const { name, value: text } of list) value[Object.hasOwn(value, name) ? doubledName(name) : name] = text;
  };
  /** The same, on a part of the path. */
  const segment = (request: Draft, how: (member: Member, list: Member[]) => void): void => {
    const parts = request.path.split('/');
    const at = 1 + random.int(Math.max(1, parts.length - 1));
    const one: Member = { name: 'segment', value: parts[at] ?? '' };
    how(one, [one]);
    parts[at] = one.raw === true ? one.value : encodeURIComponent(one.value.toWellFormed()).slice(0, 14_000);
    request.path = parts.join('/');
  };
  const inText = (text: string): string => {
    const at = random.int(text.length + 1);
    switch (random.int(6)) {
      case 0:
        return text.slice(0, at);
      case 1:
        return text.slice(0, at) + random.pick(ODD) + text.slice(at + 1);
      case 2:
        return text.slice(0, at) + random.pick(TEXTS) + text.slice(at);
      case 3:
        return text + text;
      case 4:
        return random.chance(0.5) ? text.toUpperCase() : text.toLowerCase();
      default:
        return Buffer.from(Buffer.from(text).toReversed()).toString('latin1');
    }
  };

  const mistakes: readonly Mistake[] = [
    ['a text that parsers trip over', (request) => change(request, (one) => void (one.value = random.pick(TEXTS)))],
    ['another text', (request) => change(request, (one) => void (one.value = inText(one.value)))],
    [
      'a very long text',
      (request) =>
        change(
          request,
          (one) => void (one.value = random.pick(['a', 'é', '%', '"', '{', 'A.']).repeat(random.pick(LONG))),
        ),
    ],
    [
      'bytes that cannot be decoded',
      (request) =>
        change(request, (one) => {
          one.value = random.pick(RAW);
          one.raw = true;
        }),
    ],
    [
      'a parameter that is missing',
      (request) => change(request, (one, list) => void list.splice(list.indexOf(one), 1)),
    ],
    [
      'a parameter twice',
      (request) =>
        change(
          request,
          (one, list) => void list.push({ ...one, ...(random.chance(0.5) ? { value: random.pick(TEXTS) } : {}) }),
        ),
    ],
    [
      'a parameter of another name',
      (request) =>
        change(
          request,
          (one) =>
            void (one.name = random.pick([
              ...TEXTS.slice(1, 40),
              `${one.name}[]`,
              `${one.name}.x`,
              one.name.toUpperCase(),
            ])),
        ),
    ],
    [
      'one parameter more',
      (request) =>
        change(
          request,
          (one, list) =>
            void list.push({
              name: random.pick([
                'request',
                'registration',
                'resource',
                'dpop_jkt',
                'client_assertion',
                'client_assertion_type',
                'display',
                'response_mode',
                'code_challenge_method',
                'prompt',
                'max_age',
                'claims',
                'access_token',
                'session_id',
              ]),
              value: random.pick([...TEXTS, pool.any(), 'form_post', 'fragment', '0']),
            }),
        ),
    ],
    [
      'a value of another parameter',
      (request) =>
        change(request, (one, list) => {
          const other = random.pick(list);
          if (!GIVEN_BACK.has(other.name) && !GIVEN_BACK.has(one.name))
            [one.value, other.value] = [other.value, one.value];
        }),
    ],
    [
      'a token of another kind or of another time',
      (request) => change(request, (one) => void (GIVEN_BACK.has(one.name) || (one.value = pool.any()))),
    ],
    [
      'a token with one character changed',
      (request) => change(request, (one) => void (GIVEN_BACK.has(one.name) || (one.value = inText(pool.any())))),
    ],
    [
      'a thousand parameters',
      (request) =>
        change(
          request,
          (_one, list) => void list.push(...Array.from({ length: 1_000 }, (_, n) => ({ name: `p${n}`, value: 'x' }))),
        ),
    ],
    [
      'a JSON value of another type',
      ({ body }) => {
        if (body.type !== 'json') return;
        const names = Object.keys(body.value);
        body.value[random.pick([...names, '__proto__', 'constructor', 'extra'])] = random.pick(WRONG_TYPES);
      },
    ],
    [
      'JSON that is deep',
      (request) => {
        const [open, close] = random.pick([
          ['[', ']'],
          ['{"a":', '}'],
        ] as const);
        const depth = random.pick([20, 500, 5_000]);
        request.body = {
          type: 'bytes',
          bytes: Buffer.from(`{"client_id":${open.repeat(depth)}1${close.repeat(depth)}}`),
        };
        asType(request, 'application/json');
      },
    ],
    [
      'a body that is not whole JSON',
      (request) => {
        const whole = request.body.type === 'json' ? JSON.stringify(request.body.value) : '{"a":1}';
        request.body = {
          type: 'bytes',
          bytes: Buffer.from(
            random.pick([
              whole.slice(0, random.int(whole.length)),
              `${whole},`,
              `\ufeff${whole}`,
              `${whole}${whole}`,
              `[${whole}]`,
              '"a"',
              'null',
              '1e999',
              '{"a":1,"a":2}',
              '{"__proto__":{"x":1},"constructor":{"prototype":{"x":1}}}',
              "{'a':1}",
              '{"\\ud800":"\\udfff"}',
            ]),
          ),
        };
        asType(request, 'application/json');
      },
    ],
    [
      'a body that is no UTF-8',
      (request) => {
        const noise = Buffer.from(Array.from({ length: 1 + random.int(60) }, () => random.int(256)));
        request.body = {
          type: 'bytes',
          bytes: random.chance(0.5) ? noise : Buffer.concat([Buffer.from('client_id=shop&state='), noise]),
        };
      },
    ],
    [
      'a body that is compressed',
      (request) => {
        request.body = { type: 'bytes', bytes: gzipSync('client_id=shop') };
        request.headers.push({ name: 'content-encoding', value: 'gzip' });
      },
    ],
    [
      'a body that is too long',
      (request) =>
        void (request.body = { type: 'bytes', bytes: Buffer.alloc(random.pick([32_768, 32_769, 100_000]), 'a') }),
    ],
    [
      'a body where there should be none',
      (request) => {
        request.body = { type: 'bytes', bytes: Buffer.from('a=b') };
        asType(request, random.pick(MEDIA));
      },
    ],
    ['no body', (request) => void (request.body = { type: 'none' })],
    ['another media type', (request) => asType(request, random.pick(MEDIA))],
    ['no media type', (request) => asType(request, null)],
    ['chunks', (request) => void (request.transport.chunked = true)],
    ['a body that ends early', (request) => void (request.transport.cut = random.next())],
    [
      'another method',
      (request) =>
        void (request.method = random.pick([
          'GET',
          'HEAD',
          'POST',
          'PUT',
          'PATCH',
          'DELETE',
          'OPTIONS',
          'TRACE',
          'PROPFIND',
          'QUERY',
          'get',
          'FOO',
        ])),
    ],
    [
      'another version of HTTP',
      (request) => void (request.transport.version = random.pick(['1.0', '1.1', '2.0', '0.9', '9.9'])),
    ],
    [
      'a header that is odd',
      ({ headers }) => {
        const [name, value] = random.pick(HEADERS);
        if (random.chance(0.8)) remove(headers, name);
        headers.push({ name, value });
      },
    ],
    ['a header twice', ({ headers }) => void (headers.length > 0 && headers.push({ ...random.pick(headers) }))],
    [
      'a header that is missing',
      ({ headers }) => void (headers.length > 0 && headers.splice(random.int(headers.length), 1)),
    ],
    [
      'a header with bytes that none may have',
      ({ headers }) =>
        void (
          headers.length > 0 &&
          (random.pick(headers).value = random.pick([
            'a\0b',
            'a\rb',
            'a\nX-Injected: yes',
            'é\u{1f600}',
            '\x7f',
            `a\r\n b`,
          ]))
        ),
    ],
    [
      'a token of another kind in the head',
      ({ headers }) => {
        remove(headers, 'authorization');
        const token = random.chance(0.5) ? pool.any() : inText(pool.any());
        headers.push({
          name: 'authorization',
          value: `${random.pick(['Bearer ', 'bearer ', 'Basic ', 'DPoP ', ''])}${token.replaceAll(/[^\x20-\x7e]/g, '')}`,
        });
      },
    ],
    [
      'very many headers',
      ({ headers }) =>
        void headers.push(
          ...Array.from({ length: random.pick([100, 600, 2_500]) }, (_, n) => ({ name: `x-${n}`, value: 'a' })),
        ),
    ],
    [
      'a path of another form',
      (request) =>
        void (request.path = random.pick([
          `${request.path}/`,
          `/${request.path}`,
          request.path.toUpperCase(),
          `${request.path}%2f`,
          `${request.path}/../..`,
          `${request.path};x=y`,
          `${request.path}%00`,
          `${request.path}%`,
          `${request.path}%ff`,
          `http://evil.example${request.path}`,
          `.${request.path}`,
          '*',
          `${request.path}?`,
          `${request.path}#x`,
          request.path.replace(/[^/]+$/, '__proto__'),
        ])),
    ],
    [
      'a part of the path that is another',
      (request) =>
        segment(
          request,
          (one) =>
            void (one.value = random.chance(0.3)
              ? pool.any()
              : random.chance(0.5)
                ? inText(one.value)
                : random.pick(TEXTS)),
        ),
    ],
  ];

  return (request) => {
    const [name, make] = random.pick(mistakes);
    make(request);
    request.wrong.push(name);
  };
}

function asType({ headers }: Draft, type: string | null): void {
  remove(headers, 'content-type');
  if (type !== null) headers.push({ name: 'content-type', value: type });
}

function remove(headers: Member[], name: string): void {
  for (let at = headers.length - 1; at >= 0; at -= 1) if (headers[at]!.name === name) headers.splice(at, 1);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
