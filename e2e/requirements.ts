/**
 * What a person, an integrator and an operator can rely on, by id. Every story cites what it
 * shows, and every requirement is cited by a story: `tests/requirements.test.ts` sees to both.
 */
export const REQUIREMENTS = {
  'EMBED-REDIRECT': 'A plain OpenID Connect redirect signs in on the hosted page.',
  'EMBED-SCRIPT-TAG': 'A script tag beside a login route signs in, in an iframe of another site.',
  'EMBED-LOGIN-ROUTE-UNCHANGED': 'Form A works with the very login route that the redirect uses.',
  'EMBED-ELEMENT': 'The custom element signs in with a request that the backend pushed.',
  'EMBED-REACT': 'The React component signs in with a request that the backend pushes when asked.',
  'EMBED-SPA': 'A public client signs in with no backend.',
  'EMBED-BARE-IFRAME': 'The hosted page in a bare iframe of another site leads the top page to the callback.',
  'EMBED-ONLY-ALLOWED': 'A page that the client did not register can neither frame the sign-in nor start one.',
  'QR-READABLE': 'An independent decoder reads the QR from a screenshot: light, dark, phone, desktop.',
  'QR-ROTATES': 'The QR changes by itself, and an earlier text is not shown again.',
  'QR-STALE': 'A QR older than 12 s is refused as qr_stale, and the session lives on.',
  'QR-ONE-PHONE': 'A second phone is refused as already_claimed, and the first completes.',
  'SIGNIN-APPROVE': 'Scan and approve land signed in on the relying party’s callback.',
  'SIGNIN-SAME-DEVICE':
    'On the phone itself the app link comes first, and the code goes to the browser that comes back.',
  'SIGNIN-DECLINE': 'Decline tells the person, shares nothing and leads back with access_denied.',
  'NUMBER-RIGHT': 'With number matching the two digits appear after the scan; the right ones sign in.',
  'NUMBER-WRONG': 'A wrong number declines at the first try.',
  'EXPIRY-RENEWAL': 'A QR that nobody scans is renewed three times by itself, then the person is asked.',
  'RESILIENCE-RELOAD': 'Reloading the page in the middle starts again and completes.',
  'RESILIENCE-BACK': 'Leaving the page and coming back by the back button signs in.',
  'RESILIENCE-SOCKET-CUT': 'A connection cut in the middle is no error, and the sign-in completes.',
  'RESILIENCE-NO-SOCKET': 'Where WebSockets never connect, the sign-in completes by polling.',
  'RESILIENCE-KILL': 'A server killed with kill -9 in the middle and restarted completes the sign-in.',
  'PRIVACY-NO-COOKIES': 'With third-party cookies blocked an iframe of another site signs in, and no cookie is set.',
  'PRIVACY-AT-REST': 'Neither logs nor the store’s bytes name a person or hold a secret, a code or a QR text.',
  'SECURITY-CSP': 'Under a strict policy with Trusted Types a first-party widget violates nothing.',
  'SECURITY-CODE-ONCE': 'Of 20 parallel redemptions one succeeds; then all that it issued is revoked.',
  'SECURITY-SECRET': 'Whoever has only the QR can neither watch the session nor collect its code.',
  'PHONE-PAGE': 'A phone’s own camera gets a page that claims nothing.',
  'PROVIDER-ACROSS-DEVICES':
    'Each of the seven connectors signs in by a code that a phone scans, and the claims arrive.',
  'PROVIDER-ONE-DEVICE': 'Each of the seven connectors signs in on one device, the redirecting ones in one browser.',
  'PROVIDER-IDENTIFIER': 'An identifier typed into the widget brings the question to that person’s phone.',
  'PROVIDER-DECLINE': 'Whoever says no at a provider is not signed in, and the shop’s page says so.',
  'API-PLAIN-SCRIPT': 'openid-client, ws and fetch alone go from PAR to userinfo.',
  'OPS-DEMO': 'One command runs the demo on any ports and ends cleanly.',
} as const;
export type Requirement = keyof typeof REQUIREMENTS;
