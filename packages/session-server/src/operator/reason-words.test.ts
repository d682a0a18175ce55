import { ERROR_STATUS } from '@beckon/protocol';
import { expect, it } from 'vitest';
import type { OAuthErrorCode } from '../oauth/index.ts';
import type { EndReason } from '../session/story.ts';
import { wordsOf } from './reason-words.ts';

/** A reason that is missing here does not compile. */
const END_REASONS: Readonly<Record<EndReason, true>> = {
  user: true,
  not_me: true,
  wrong_number: true,
  not_chosen: true,
  not_scanned: true,
  not_decided: true,
  not_recognised: true,
  not_collected: true,
  not_redeemed: true,
  provider_expired: true,
  in_browser: true,
  revoked: true,
};
const OAUTH_CODES: Readonly<Record<OAuthErrorCode, true>> = {
  invalid_request: true,
  unauthorized_client: true,
  access_denied: true,
  unsupported_response_type: true,
  invalid_scope: true,
  server_error: true,
  temporarily_unavailable: true,
  invalid_client: true,
  invalid_grant: true,
  unsupported_grant_type: true,
  login_required: true,
  request_not_supported: true,
  request_uri_not_supported: true,
  registration_not_supported: true,
  invalid_token: true,
  insufficient_scope: true,
  unmet_authentication_requirements: true,
  upstream_token_not_found: true,
};
const OF_FLOW = [
  'renewed',
  'too_many_sessions',
  'client_disabled',
  'connector_disabled',
  'request_used',
  'other_network',
  'other_browser',
  'other_person',
  'acr_not_reached',
];
const CODES = [END_REASONS, OAUTH_CODES, ERROR_STATUS].flatMap((codes) => Object.keys(codes));

it.each([...new Set([...CODES, ...OF_FLOW])])('FT-C4e: %s is told in words, with what to do', (reason) => {
  const { why, todo } = wordsOf(reason);
  expect(why).not.toContain('The code is');
  expect(todo).not.toBe('Search the log for the id.');
});

it('a code of another package is told as it is', () => {
  expect(wordsOf('acme_busy').why).toBe('The code is acme_busy.');
});
