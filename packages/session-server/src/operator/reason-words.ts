import { NETWORK_REASONS, NETWORK_WORDS, type NetworkReason } from '../outbound/network-reason.ts';

/** What a reason means, and what to do. */
export interface ReasonWords {
  readonly why: string;
  readonly todo: string;
}

const START_AGAIN = 'The person starts again at the website.';
const NEW_REQUEST = 'Let the website make a new request for each page; docs/guides/embed.md, request-url.';
const NO_USABLE_ANSWER = 'The identity app gave no usable answer.';
const SEE_PROVIDER_FAILED = 'See the log line "provider failed" of this session.';

const NEEDS_OWN_REQUEST: ReasonWords = {
  why: 'The website sent its request in a form that this server does not take.',
  todo: 'Let it push the request (PAR), or send its parameters: docs/reference/http-api.md, authorization parameters.',
};

const WORDS: Readonly<Record<string, ReasonWords>> = {
  // Why a session ended.
  user: { why: 'The person declined in the identity app.', todo: `Nothing is wrong. ${START_AGAIN}` },
  not_me: {
    why: 'A person who saw this sign-in on a phone said that they did not start it.',
    todo: 'If the person in front of the browser did start it, they pressed the wrong button and start again. Else a code was sent to a stranger: see docs/security.md.',
  },
  wrong_number: {
    why: 'The number that was typed on the phone is not the one that the browser showed. There is one try.',
    todo: `${START_AGAIN} They type the two digits of the new page. If it happens often, they may be looking at an old page or at another screen.`,
  },
  not_chosen: { why: 'No identity app was chosen in time.', todo: START_AGAIN },
  not_scanned: { why: 'No phone took the code in time.', todo: START_AGAIN },
  not_decided: {
    why: 'A phone took the sign-in, and no answer came back in time: the person left the app, or the app did not come back.',
    todo: `${START_AGAIN} If it happens often with one app, look for "provider failed" in the log, and whether the app opens on that phone.`,
  },
  not_recognised: {
    why: 'The phone approved, and the person at the browser did not press the button that says that it was them.',
    todo: START_AGAIN,
  },
  not_collected: {
    why: 'The phone approved, and no browser was there any more to go on: its page was closed, or had no connection.',
    todo: START_AGAIN,
  },
  not_redeemed: {
    why: "The browser went back to the website with a code, and the website's server never redeemed it.",
    todo: "Look at the website's own log at that time, and for POST /oauth/token of this client in ours: a wrong secret, redirect_uri or code_verifier shows there.",
  },
  provider_expired: { why: "The identity app's own request ran out.", todo: START_AGAIN },
  in_browser: { why: 'It was cancelled in the browser.', todo: `Nothing is wrong. ${START_AGAIN}` },
  revoked: {
    why: 'An operator ended it, or ended the access of its person or website.',
    todo: `The audit trail says who did: \`beckon-server audit list\`. ${START_AGAIN}`,
  },
  renewed: {
    why: 'The page took a fresh code, which ended this one.',
    todo: 'Nothing is wrong: look at the sign-in after it.',
  },
  too_many_sessions: {
    why: 'More than three pages opened the same authorization request, which ended the oldest.',
    todo: NEW_REQUEST,
  },
  client_disabled: {
    why: 'The operator has disabled the client, which ended its sign-ins.',
    todo: '`beckon-server clients show` says since when and why; `clients enable` lets it sign people in again.',
  },
  connector_disabled: {
    why: 'The operator has disabled the identity app, which ended the sign-ins with it.',
    todo: '`beckon-server clients list` says since when and why; `clients enable --connector` offers it again.',
  },
  request_used: {
    why: 'Another page of the same authorization request was first to sign in.',
    todo: NEW_REQUEST,
  },
  other_person: {
    why: 'Another person signed in than the one that the website asked for, by `id_token_hint` or the claim `sub`.',
    todo: 'The person signs in with the app and the account that they used there before. A person has another `sub` with each app.',
  },
  acr_not_reached: {
    why: 'The identity app did not say an `acr` that the website asked for as essential.',
    todo: 'Compare the values in `claims` with those that the app says: docs/reference/claims.md, how sure.',
  },
  // What a connector refuses.
  callback_refused: {
    why: "The identity app's answer was not accepted.",
    todo: 'The detail says what was wrong with it. If it is about a code that is too old or used, the person starts again; else look at the settings of the connector.',
  },
  connector_unavailable: {
    why: NO_USABLE_ANSWER,
    todo: 'The detail says what was missing. See docs/guides/providers.md, and ask the provider if it goes on.',
  },
  identifier_refused: {
    why: 'The identity app knows no person by what was typed.',
    todo: 'The person checks the number.',
  },
  wallet_not_trusted: {
    why: 'The wallet app showed a token that this server does not trust.',
    todo: 'See `issuers` and `clientIds` of the wallet connector: the error in the answer says which check failed.',
  },
  rate_limited: {
    why: 'Too many requests came at once.',
    todo: 'The person waits a minute. If it happens often, see `trustedProxies`, and the limits in docs/security.md.',
  },
  // What requests are refused with.
  other_network: {
    why: 'This client asks that phone and browser are on one network, and they are not known to be.',
    todo: 'Both join one Wi-Fi. If no phone gets in, see `trustedProxies` in docs/guides/operate.md.',
  },
  other_browser: {
    why: 'The answer of the identity app came back in another browser than the one that was sent there.',
    todo: 'The person goes on in the browser in which they began: the app may have opened another one.',
  },
  origin_not_allowed: {
    why: "The page's address is not registered for this client.",
    todo: "Add the page's origin to `allowed_origins` of the client.",
  },
  request_expired: {
    why: 'The authorization request was over, was used before, or is not known.',
    todo: `${START_AGAIN} If it happens at once, the website's page is cached, or it reuses one request: docs/guides/embed.md, request-url.`,
  },
  session_expired: { why: 'The sign-in was over already.', todo: START_AGAIN },
  session_not_found: {
    why: 'The address led to no sign-in: it is long over, or the link is not whole.',
    todo: START_AGAIN,
  },
  qr_stale: {
    why: 'The code was too old when it was opened.',
    todo: 'The person scans the code that is on the screen now.',
  },
  already_claimed: { why: 'Another phone or browser had taken the code.', todo: START_AGAIN },
  invalid_transition: { why: 'The sign-in was past this step.', todo: START_AGAIN },
  invalid_request: {
    why: 'The request is not one that this server can follow.',
    todo: 'The page, or `error_description` in the answer, says what is wrong with it. The website mends it: see docs/reference/http-api.md.',
  },
  verification_failed: {
    why: 'The phone could not be tied to the browser: the number, or the network.',
    todo: START_AGAIN,
  },
  unauthorized_client: {
    why: 'The operator has disabled the client.',
    todo: '`beckon-server clients show` says since when and why; `clients enable` lets it sign people in again.',
  },
  access_denied: { why: 'The sign-in was declined, cancelled or over in time.', todo: START_AGAIN },
  unsupported_response_type: {
    why: 'The website asked for another response than a code.',
    todo: 'Set `response_type: code` in the settings of its client library: docs/guides/client-libraries.md.',
  },
  invalid_scope: {
    why: 'The website asked for a scope that its client is not registered for, or left `openid` out.',
    todo: 'Add it to `scope` of the client in the configuration, or take it out of the settings of the client library.',
  },
  unsupported_grant_type: {
    why: 'The website asked the token endpoint for something that this server does not give.',
    todo: 'Use the authorization code alone: see `grant_types_supported` in the discovery document.',
  },
  login_required: {
    why: 'The website asked to sign the person in without showing anything (`prompt=none`), which cannot be. Or it asked for `prompt=login`, which no app of this sign-in can be made to do.',
    todo: 'Turn silent sign-in off in its client library: docs/guides/client-libraries.md.',
  },
  unmet_authentication_requirements: {
    why: 'No identity app of this sign-in reaches an `acr` value that the website asked for.',
    todo: 'Compare `acr_values` and `claims` of its requests with `acr_values_supported` in the discovery document, and with `acrValuesSupported` of the connectors.',
  },
  request_not_supported: NEEDS_OWN_REQUEST,
  request_uri_not_supported: NEEDS_OWN_REQUEST,
  registration_not_supported: NEEDS_OWN_REQUEST,
  invalid_token: {
    why: 'The access token is not one of ours, is over, or was revoked.',
    todo: 'The website takes a fresh one: an access token is good for an hour.',
  },
  insufficient_scope: {
    why: 'The access token was not granted the scope that this needs.',
    todo: 'For userinfo the website asks for `openid` in its request; for a provider’s token its registration needs `upstream_tokens`.',
  },
  upstream_token_not_found: {
    why: 'The identity provider issued no token with this sign-in, or its tokens were not kept.',
    todo: 'Compare `upstream_tokens` of the client with the time of the sign-in; some identity apps issue no tokens.',
  },
  invalid_client: {
    why: 'The website did not prove that it is this client.',
    todo: "Compare the website's client_secret with the configuration.",
  },
  code_replayed: {
    why: 'The website redeemed a code a second time. It may have leaked, so all that was issued for it has ended.',
    todo: 'Look whether the website redeems each code twice: a callback page that is loaded again does. The person signs in again.',
  },
  invalid_grant: {
    why: 'The website showed a code that is not good: used, replaced, too old, or for another redirect_uri or verifier.',
    todo: 'Look whether the website redeems a code twice, and whether redirect_uri and code_verifier are those of the request.',
  },
  temporarily_unavailable: {
    why: NO_USABLE_ANSWER,
    todo: SEE_PROVIDER_FAILED,
  },
  failed: { why: 'The sign-in failed.', todo: SEE_PROVIDER_FAILED },
  expired: { why: 'The sign-in was over before it was confirmed.', todo: START_AGAIN },
  server_error: {
    why: 'Something unforeseen went wrong in this server.',
    todo: 'The log has a line of level error with this id, with the place in the code.',
  },
};

const CERTIFICATE = 'The provider, or the proxy between, has to mend its certificate. Do not turn the check off.';
const OWN_AUTHORITY = `${CERTIFICATE} For an authority of your own set NODE_EXTRA_CA_CERTS.`;
const NETWORK_TODO: Readonly<Partial<Record<NetworkReason, string>>> = {
  connection_refused:
    'Is the address in the settings of the connector right, and does a firewall let this server out? Try it with curl from this machine.',
  name_not_found: 'Is the host name in the settings of the connector right?',
  name_server_failed: 'Look at the DNS of this machine.',
  unreachable: 'Look at the network of this machine.',
  certificate_expired: CERTIFICATE,
  certificate_not_yet_valid: `Is the clock of this machine right? ${CERTIFICATE}`,
  certificate_self_signed: OWN_AUTHORITY,
  certificate_untrusted: OWN_AUTHORITY,
  certificate_host_name: CERTIFICATE,
  redirected:
    'Set the final address in the settings of the connector: mostly https in place of http, or a path that moved.',
  http_status: 'The detail has the status. 401 and 403: see the credentials of the connector. 5xx: ask the provider.',
};

/** In words; a code that has none here is told as it is. */
export function wordsOf(reason: string): ReasonWords {
  const network = NETWORK_REASONS.find((each) => each === reason);
  if (network !== undefined) {
    return {
      why: `The call to the identity app failed: ${NETWORK_WORDS[network]}.`,
      todo: NETWORK_TODO[network] ?? 'It may pass: the person tries again. Ask the provider if it goes on.',
    };
  }
  return WORDS[reason] ?? { why: `The code is ${reason}.`, todo: 'Search the log for the id.' };
}
