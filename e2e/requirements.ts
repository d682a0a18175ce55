/**
 * What a person, an integrator and an operator can rely on, by id. Every story cites what it
 * shows, and every requirement is cited by a story: `tests/requirements.test.ts` sees to both.
 */
export const REQUIREMENTS = {
  'OPERATOR-CONSOLE':
    'An operator signs in to the console, finds a sign-in, and ends it, by keys alone; the website is told by a webhook.',
  'OPERATOR-CONSOLE-RULES':
    'No page of the console overflows, cuts its text or breaks a rule of axe, light and dark, from 360 to 1280 px.',
  'EMBED-REDIRECT': 'A plain OpenID Connect redirect signs in on the hosted page.',
  'EMBED-SCRIPT-TAG': 'A script tag beside a login route signs in, in an iframe of another site.',
  'EMBED-LOGIN-ROUTE-UNCHANGED': 'Form A works with the very login route that the redirect uses.',
  'EMBED-ELEMENT': 'The custom element signs in with a request that the backend pushed.',
  'EMBED-REACT': 'The React component signs in with a request that the backend pushes when asked.',
  'EMBED-SPA': 'A public client signs in with no backend.',
  'EMBED-BARE-IFRAME': 'The hosted page in a bare iframe of another site leads the top page to the callback.',
  'FORM-POST':
    'With response_mode=form_post every end of a sign-in is posted to the callback, from each embedding, also without script.',
  'UPGRADE-SCRIPT': 'A page that has the script of the release before signs in at a server of this one.',
  'EMBED-ONLY-ALLOWED': 'A page that the client did not register can neither frame the sign-in nor start one.',
  'MISTAKE-ORIGIN': 'A page that the client did not register says so, and the console says what to register.',
  'MISTAKE-POLICY': 'A page whose policy forbids the calls or the iframe says so, and the console what to add.',
  'MISTAKE-REQUEST-URL': 'A request-url that gives no request says so, and the console what it answered.',
  'MISTAKE-SERVER': 'An address that is no session server says so, with no advice about the connection.',
  'MISTAKE-MODULE': 'A script tag that cannot read its attributes says so in the console.',
  'MISTAKE-FRAME': 'An iframe that does not answer gets a way round it, and the console says why that may be.',
  'MISTAKE-SANDBOX': 'A page without an origin, and a frame that may not lead on, say so in the console.',
  'MISTAKE-CHUNK': 'A part of the script that never loads leaves no empty place.',

  'LOOK-CONTRAST':
    'Any brand colour gives a palette whose text is 4.5:1 from its ground and whose edges are 3:1, light and dark.',
  'LOOK-FITS': 'At 1366 × 600 and on a phone on its side nothing is to be scrolled and no button is cut off.',
  'OLD-BROWSER':
    'A browser of 2023, without `light-dark()` and `URL.canParse`, shows a light card and signs in, in the dark too.',
  'LOOK-STILL':
    'The code comes where its skeleton was; from then on the card keeps its height, and the iframe around it.',
  'QR-READABLE':
    'Independent decoders read the QR from a screenshot: light, dark, forced colours, phone, desktop, zoomed.',
  'GALLERY-RULES':
    'In every state, theme, direction and window nothing overflows or is cut, targets are large enough, and axe finds nothing.',
  'SERVER-PAGES-RULES':
    'On every page of the server nothing overflows or is cut in any window, targets are large enough, and axe finds nothing.',
  'FT-C61': 'Every sentence of the widget is in a cell of the gallery, but for those that are named with a reason.',
  'FT-C62': 'In the low windows of LOOK-FITS no cell of the gallery is to be scrolled, but for those that say why.',
  'FT-C63': 'The demo prints where its gallery and its playground are.',
  'GALLERY-PICTURES': 'Chosen cells of the gallery look as they did when their pictures were recorded.',
  PLAYGROUND: 'The playground shows the widget with the options that one sets, and the code for them.',
  'EYE-SIZE': 'A page’s own font size makes no text of the widget small, and the browser’s makes it large.',
  'EYE-SCHEME':
    'A page of one colour scheme gets a card of that scheme on a system of the other, in an iframe as well.',
  'EYE-HEADING': 'The title is the first heading of the hosted page.',
  'NO-SCRIPT': 'A browser without script signs in on pages of its own, by code and on one device, and can be declined.',
  'QR-ROTATES': 'The QR changes by itself, and an earlier text is not shown again.',
  'QR-STALE': 'A QR older than 12 s is refused as qr_stale, and the session lives on.',
  'QR-ONE-PHONE': 'A second phone is refused as already_claimed, and the first completes.',
  'SIGNIN-APPROVE': 'Scan and approve land signed in on the relying party’s callback.',
  'SIGNIN-SAME-DEVICE':
    'On the phone itself the app link comes first, and the code goes to the browser that comes back.',
  'SIGNIN-DECLINE': 'Decline tells the person, shares nothing and leads back with access_denied.',
  'NUMBER-RIGHT': 'With number matching the two digits appear after the scan; the right ones sign in.',
  'NUMBER-WRONG': 'A wrong number declines at the first try.',
  'EXPIRY-RENEWAL': 'A QR that no phone scans is renewed three times by itself, then the person is asked.',
  'RESILIENCE-RELOAD':
    'Reloading the page after the scan goes on with no second scan; where it cannot, the phone is told the truth.',
  'RESILIENCE-BACK': 'Leaving the page and coming back by the back button signs in.',
  'RESILIENCE-BACK-CACHE':
    'A page that is left holds no connection, and one out of the back/forward cache completes its sign-in by itself.',
  'RESILIENCE-FAULTS':
    'A network that is gone, a server that hangs or dies and a frozen tab stop a sign-in in no state: it goes on by itself.',
  'MOUNTS-LEAVE-NOTHING':
    'Any number of mounts leaves no node, listener, timer, observer or socket behind, and no memory to speak of.',
  ANALYTICS: 'A website hears each step of a sign-in, with times and the app, and nothing of the person.',
  'RESILIENCE-CLOCK': 'A clock that is set, the device’s or the server’s, stops no sign-in.',
  'RESILIENCE-OVERNIGHT': 'A page that was open overnight goes on after one press, or says that its request is over.',
  'SLOW-NETWORK':
    'On slow 3G a page with the widget shows something within a second of its first bytes, and then the code.',
  'RESILIENCE-SOCKET-CUT': 'A connection cut in the middle is no error, and the sign-in completes.',
  'RESILIENCE-NO-SOCKET': 'Where WebSockets never connect, the sign-in completes by polling.',
  'RESILIENCE-KILL': 'A server killed with kill -9 in the middle and restarted completes the sign-in.',
  'PRIVACY-NO-COOKIES': 'With third-party cookies blocked an iframe of another site signs in, and no cookie is set.',
  'PRIVACY-AT-REST': 'Neither logs nor the store’s bytes name a person or hold a secret, a code or a QR text.',
  'SECURITY-CSP': 'Under a strict policy with Trusted Types a first-party widget violates nothing.',
  'SCRIPT-POLICIES':
    'The script signs in however a page loads it: async, defer, module, host list, nonce, strict-dynamic, Trusted Types, integrity.',
  'SCRIPT-FULL': 'What the loader and its chunks do, the script in one file does as well.',
  'SCRIPT-SMALL': 'A page loads only the parts of the script that it shows, and asks again for one that did not come.',
  'SECURITY-CODE-ONCE': 'Of 20 parallel redemptions one succeeds; then all that it issued is revoked.',
  'SECURITY-SECRET': 'A person who has only the QR can neither watch the session nor collect its code.',
  'PHONE-PAGE': 'A phone’s own camera gets a page that claims nothing.',
  'PROVIDER-ACROSS-DEVICES':
    'Each of the seven connectors signs in by a code that a phone scans, and the claims arrive.',
  'PROVIDER-ONE-DEVICE': 'Each of the seven connectors signs in on one device, the redirecting ones in one browser.',
  'PROVIDER-IDENTIFIER': 'An identifier typed into the widget brings the question to that person’s phone.',
  'PROVIDER-DECLINE': 'A person who says no at a provider is not signed in, and the shop’s page says so.',
  'PROVIDER-EXPIRY':
    'A sign-in that a provider’s app does not answer in time is over, there too, and can be begun anew.',
  'CHOICE-OF-APPS': 'Where several apps are offered the person chooses, and may choose again.',
  'CHOICE-MARKS':
    'Each app has its picture for the scheme that counts on the page, and a neutral tile where the page’s policy blocks it.',
  'CHOICE-LAST-USED': 'The app that was used last comes first, where the browser keeps such things.',
  'QR-SHUFFLED': 'pasby’s codes are shown in turn, and each of them is good.',
  'QR-SPENT': 'After the scan the code stands still and blurred.',
  'UAEPASS-PEOPLE': 'People of every level of UAE PASS, visitors included, sign in with what is known of them.',
  'UAEPASS-LEVEL': 'Who is below a client’s minimum level reads UAE PASS’s prescribed words and is not signed in.',
  'PASBY-PARTIAL': 'A claim that a person denies pasby is missing; a person without pasby may go on otherwise.',
  'PASBY-BUDGET': 'pasby never sees more than 100 requests a minute; who comes too many is told when to come back.',
  'SUBJECT-OPAQUE': 'A national number is neither a subject nor in the log.',
  'WEBHOOK-REVOKES': 'What Paswad revokes ends our tokens of that person, and no others.',
  'WEBHOOK-ONCE': 'A webhook that is delivered twice acts once.',
  'WEBHOOK-SIGNED': 'A webhook with a wrong signature or none is refused.',
  'RESILIENCE-KILL-PROVIDER': 'A server killed between a provider’s answer and our redirect loses no sign-in.',
  'LINK-MAILED': 'A same-device link signs in only the browser that goes to the provider and comes back.',
  'LINK-PREVIEW': 'Looking at a code’s URL, or opening another person’s link, claims nothing.',
  'LINK-CLICK': 'The click on the widget’s link leads to the provider at once, however it is made.',
  'PHONE-OTHER-TAB': 'Where the app opens another tab, that one is signed in, and the first one says so.',
  'PHONE-OTHER-BROWSER':
    'Where the app opens another browser, that one says which one to go back to, and the first one can go on.',
  'PHONE-NO-APP': 'An app that does not open is asked about, and the other ways lead on.',
  'PHONE-IN-APP': 'In the browser inside another app a hint says that apps may not open, and where to go on.',
  'PHONE-CLAIM': 'A phone’s own camera and browser go through a provider that redirects, and back to the screen.',
  'FT-A5e': 'Where a provider may have let its browser session answer, the phone asks once more, without script.',
  'PHONE-NOT-ME': '“This wasn’t me” on the phone ends the sign-in.',
  'PHONE-ONE': 'Of two phones that look at a code the first to continue has it.',
  'PHONE-STALE': 'A phone that opens an old code reads what to do.',
  'FT-A1': 'On a page whose markup has taken the names of its document the widget talks to its own server only.',
  'API-PLAIN-SCRIPT': 'openid-client, ws and fetch alone go from PAR to userinfo.',
  'CLIENTS-BROWSER': 'A page on oidc-client-ts signs in by the settings of its recipe.',
  'CLIENTS-BROWSER-AFTER': 'A page on oidc-client-ts renews, revokes and signs out by the settings of its recipe.',
  'CLIENTS-DEBIAN':
    'mod_auth_openidc, Authlib and OmniAuth, as Debian has them, sign in by the settings of their recipes.',
  'OPS-DEMO': 'One command runs the demo on any ports and ends cleanly.',
  'DEMO-PHONE-LINK': 'Every page of the demo has a link that takes its code to the sandbox’s phone.',
  'DEMO-LAN': 'With --lan a phone on the same network scans the demo’s code and signs its screen in.',
  'WORKERS-KILL':
    'A sign-in survives the end of every worker of its server, before and after the scan and the approval.',
  'AFTER-REFRESH': 'The shop refreshes its tokens again and again, for the same person.',
  'AFTER-LOGOUT': 'A logout ends the sign-in at Beckon, leads back to the shop, and to no other place.',
  'AFTER-PROVIDER-LOGOUT':
    'A logout ends the session that the provider has with the browser, and leads back to the shop.',
  'AFTER-BACKCHANNEL': 'The shop signs out a person whose session the provider has ended.',
  'FT-A10f':
    'Where the website wants it, the person at the screen says that it was them who approved, before they are signed in.',
} as const;
export type Requirement = keyof typeof REQUIREMENTS;
