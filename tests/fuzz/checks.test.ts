import { describe, expect, it } from 'vitest';
import { createChecks } from './checks.ts';
import { draft } from './draft.ts';
import type { Answer } from './wire.ts';

/** That the checks of the fuzz find what they are for: each case has one thing wrong in an answer that is right otherwise. */
const checks = createChecks({
  issuer: 'http://127.0.0.1:1',
  secrets: { shop: 'the-secret-of-the-shop' },
  person: { name: 'Zebulon Quartermain' },
  targets: ['https://shop.example/callback'],
  isLimited: false,
});
const TOKEN = `at_${'A'.repeat(28)}.1.${'x'.repeat(43)}`;
const HEAD: Readonly<Record<string, string>> = {
  'content-type': 'application/json; charset=utf-8',
  'x-content-type-options': 'nosniff',
  'x-request-id': 'R1',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
};
const refusal = (changes: object = {}): string =>
  JSON.stringify({ error: 'invalid_request', error_description: 'x: is missing', request_id: 'R1', ...changes });

function problemsOf(
  status: number,
  body: string,
  headers: Readonly<Record<string, string | null>> = {},
  route = 'POST /oauth/revoke',
): readonly string[] {
  const all = Object.entries({ ...HEAD, ...headers }).flatMap(([name, value]) =>
    value === null ? [] : [[name, [value]] as const],
  );
  const answer: Answer = { status, headers: new Map(all), body, took_ms: 1 };
  return checks.answer(draft(route), answer);
}

it('an answer that is right has no problem', () => {
  expect(problemsOf(400, refusal())).toEqual([]);
  expect(problemsOf(200, '{}')).toEqual([]);
  expect(problemsOf(200, `{"access_token":"${TOKEN}"}`, {}, 'POST /oauth/token')).toEqual([]);
  expect(problemsOf(200, '{"name":"Zebulon Quartermain"}', {}, 'GET /oauth/userinfo')).toEqual([]);
  expect(
    problemsOf(303, '', { location: 'https://shop.example/callback?code=x', 'content-type': null }, 'GET /authorize'),
  ).toEqual([]);
});

describe('is found:', () => {
  it.each<[string, readonly string[], string]>([
    ['our failure', problemsOf(500, refusal({ error: 'server_error' })), 'status 500'],
    ['a store that fails', problemsOf(503, refusal({ error: 'server_error' })), 'status 503'],
    ['a 502 that is no provider’s', problemsOf(502, refusal()), 'no provider’s'],
    ['a limit where they are wide', problemsOf(429, refusal({ error: 'rate_limited' }), { 'retry-after': '3' }), '429'],
    ['a limit with no Retry-After', problemsOf(429, refusal({ error: 'rate_limited' })), 'no Retry-After'],
    ['no nosniff', problemsOf(200, '{}', { 'x-content-type-options': null }), 'no nosniff'],
    ['no policy', problemsOf(200, '{}', { 'content-security-policy': null }), 'no policy'],
    ['no id', problemsOf(200, '{}', { 'x-request-id': null }), 'no X-Request-Id'],
    ['no Cache-Control', problemsOf(200, '{}', { 'cache-control': null }), 'no Cache-Control'],
    ['an injected header', problemsOf(200, '{}', { 'x-injected': 'yes' }), 'a header x-injected'],
    ['an open cookie', problemsOf(200, '{}', { 'set-cookie': 'a=b; Path=/' }), 'a cookie that is open'],
    ['an error with no code', problemsOf(400, refusal({ error: undefined })), 'error is undefined'],
    ['an unknown code', problemsOf(400, refusal({ error: 'oops' })), 'error is "oops"'],
    ['no description', problemsOf(400, refusal({ error_description: '' })), 'error_description is none'],
    ['a long description', problemsOf(400, refusal({ error_description: 'a'.repeat(1_001) })), 'is none'],
    ['a quote in a description', problemsOf(400, refusal({ error_description: 'a "b"' })), 'RFC 6749'],
    ['another id in the body', problemsOf(400, refusal({ request_id: 'R2' })), 'request_id is not'],
    ['more than an error', problemsOf(400, refusal({ stack: 'x' })), 'more members: stack'],
    ['an error that is no JSON', problemsOf(400, 'Bad', { 'content-type': 'text/plain' }), 'text/plain'],
    ['half JSON', problemsOf(200, '{"a":'), 'no JSON'],
    ['half a page', problemsOf(200, '<p>', { 'content-type': 'text/html' }), 'no whole page'],
    ['markup', problemsOf(200, '<!doctype html><script>alert(1)', { 'content-type': 'text/html' }), 'markup'],
    ['an open redirect', problemsOf(303, '', { location: 'https://evil.example/' }), 'leads to'],
    ['one with no scheme', problemsOf(303, '', { location: '//evil.example/' }), 'leads to'],
    ['a redirect that repeats a form', problemsOf(307, '', { location: '/x' }), 'a redirect by 307'],
    ['a secret', problemsOf(200, '{"a":"the-secret-of-the-shop"}'), 'the secret shop'],
    ['a secret in the head', problemsOf(200, '{}', { 'x-a': 'the-secret-of-the-shop' }), 'the secret shop'],
    ['a person', problemsOf(200, '{"a":"Zebulon Quartermain"}'), 'the person’s name'],
    ['a token elsewhere', problemsOf(200, `{"a":"${TOKEN}"}`), 'a token at_'],
    [
      'a token in a refusal',
      problemsOf(400, refusal({ error_description: TOKEN }), {}, 'POST /oauth/token'),
      'a token',
    ],
  ])('%s', (_what, problems, says) => {
    expect(problems.join('; ')).toContain(says);
  });

  it.each([
    ['half a line', '{"level":', 'no JSON'],
    ['a line with no event', '{"level":"info"}', 'no event'],
    ['a request that failed', '{"level":"error","event":"request failed"}', 'failed'],
    ['a secret', '{"level":"info","event":"a","detail":"the-secret-of-the-shop"}', 'the secret shop'],
    ['a person', '{"level":"info","event":"a","detail":"Zebulon Quartermain"}', 'the secret name'],
    ['a token', `{"level":"info","event":"a","detail":"${TOKEN}"}`, 'a token'],
    ['a session', `{"level":"info","event":"a","detail":"0F${'Z'.repeat(26)}"}`, 'the id of a session'],
  ])('in the log %s', (_what, line, says) => {
    expect(checks.line(line).join('; ')).toContain(says);
    expect(checks.line('{"level":"info","event":"request","session":"a-hash"}')).toEqual([]);
  });
});
