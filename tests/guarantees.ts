/**
 * What unit tests hold, by id: the twin of `e2e/requirements.ts`, whose ids are shown in a browser.
 * A test cites an id at the start of its title, as in `it('FT-A1: …')`; `tests/requirements.test.ts`
 * fails on an id that no test cites, and on a cited id that is not in either table.
 *
 * Ids that begin with `FT-` come from a field test: attacks (`A`) and lost sign-ins (`B`). Those that
 * begin with `SEC-` hold a sentence of docs/security.md that none of the others holds. Those that begin with
 * `MISTAKE-` are about mistakes of a website's developer, with more in `e2e/requirements.ts`.
 */
export const GUARANTEES = {
  // ── A1: the host page ──────────────────────────────────────────────────────────────────────────
  'FT-A1a': 'The widget takes only the HTML script that runs for its own, whatever in the page has its name.',
  'FT-A1b': 'Markup that has the names of a document or of a form changes nothing that the widget reads.',
  'FT-A1c': 'No file of the widget reads a member of a document by a name that markup can take.',
  // ── A2: networks ───────────────────────────────────────────────────────────────────────────────
  'FT-A2a':
    'An address that is unknown, unspecified, loopback or shared by strangers is on the same network as nothing, itself included.',
  'FT-A2b':
    'An address that may be a proxy’s (a Unix socket, a peer that is not trusted, a header that names no address) is compared with none; `require` refuses.',
  'FT-A2c':
    'Where the networks are not known, neither the phone page nor a wallet is ever told that they are the same.',
  'FT-A2d': '`check` and the start warn where a client requires one network and `trustedProxies` is empty.',
  // ── A3: what strangers share ───────────────────────────────────────────────────────────────────
  'FT-A3h':
    'Wrong tokens, secrets, links, callbacks and deliveries of one caller do not lock out right ones of its network.',
  'FT-A3i': 'Limits, sockets and polls are counted by /24, /64 and /48, and one network does not hold all places.',
  'FT-A3j':
    'A client that reads nothing of its answer is cut, a slow one is not; connections are bounded, and shared by networks.',
  'FT-A3k': 'Reading the public keys opens no private key, and looks at the store at most every two seconds.',
  'FT-A3l': 'Every route has a limit, but for those that are named with a reason.',
  'FT-A3m': 'Changing the way is counted by session and by network, and refused with Retry-After.',
  'FT-A3n': 'A page of another website starts no sign-in by what it loads from /authorize in the background.',
  'FT-A3a':
    'Once half of a budget is used, no network takes more than a tenth of what is left, and a fifth is for pushed requests.',
  'FT-A3b':
    "A provider's session begins when a watcher looks at ours, exactly once, and its failure is told and not repeated.",
  'FT-A3c': 'One network has at most 100 sessions open at providers, and sessions at Didit come out of a budget.',
  'FT-A3d': 'Mode direct is offered only where a client asks for it and pushed the request while it authenticated.',
  'FT-A3e':
    'Pushes are counted by identifier and network: pauses grow, and a stranger does not stop the owner of a number.',
  'FT-A3f': 'Browser and app show the same two words, drawn for each push.',
  'FT-A3g': 'A push that was never sent is not counted.',
  // ── A4: copied codes ───────────────────────────────────────────────────────────────────────────
  'FT-A4a': 'The link that the phone page hands on has the step of the frame that was scanned.',
  'FT-A4b': 'A copy of a code, however often it is copied, is over 60 s after the beginning of its frame.',
  'FT-A4c': 'A form of the phone page is over at that same moment; looking again renews nothing.',
  // ── A5: reauthentication ───────────────────────────────────────────────────────────────────────
  'FT-A5a':
    'Across devices the provider is asked to authenticate the person anew, and an older auth_time signs no person in.',
  'FT-A5b':
    'Where a browser session at the provider may have answered, only the person’s POST on our own page signs in.',
  'FT-A5c': 'A website’s prompt=login is passed on, refused with login_required, or that connector is not offered.',
  'FT-A5d': 'The id_token has an auth_time only where the provider gave one.',
  // ── A6: the link on the same device ────────────────────────────────────────────────────────────
  'FT-A6a': 'A GET that the owner did not announce shows a page and claims nothing.',
  'FT-A6b': 'One click of the owner lets exactly one GET go on.',
  'FT-A6c': 'A GET that is faster than the owner’s call waits for it, for 1 s at most.',
  'FT-A6d': 'A look ahead, by Sec-Purpose and its like, and HEAD claim nothing and use no click up.',
  'FT-A6e': 'A click counts for 10 s.',
  'FT-A6f': 'An owner who clicks again goes on, and the browser that was displaced cannot end the sign-in.',
  'FT-A6g': 'The page’s POST counts from its own page, with its cookie and its token alone.',
  'FT-A6h': 'Choosing the same way again ends the earlier link, its forms and what was begun at the provider.',
  'FT-A6i': 'Only the session’s owner can arm its link.',
  'FT-A6j': 'A session that was stored before links were armed reads as not armed.',
  'FT-A6k': 'A click on the link in the widget is told to the server, without holding up the navigation.',
  // ── A7: pasby's answers ────────────────────────────────────────────────────────────────────────
  'FT-A7':
    'A pasby request counts as completed only with a person, a signature that names request and person, and a time inside its life or a claim that opens.',
  // ── A8: UAE PASS ───────────────────────────────────────────────────────────────────────────────
  'FT-A8a': 'UAE PASS is sent a PKCE challenge unless the operator turns it off.',
  'FT-A8b': 'The operator names the minimum level of UAE PASS; there is no default, and the old spelling is a mistake.',
  // ── A9: wallet issuers ─────────────────────────────────────────────────────────────────────────
  'FT-A9a': 'A discovery document names only hosts that the operator allowed; nothing is fetched from another.',
  'FT-A9b': 'Every claim of an identity has its type, form and length, and all claims together are bounded.',
  // ── A10: who is being signed in ────────────────────────────────────────────────────────────────
  'FT-A10a': 'A name is masked to the first letter of each part, and nothing else of the person stands in for it.',
  'FT-A10b': 'With `confirm_person` no code is minted before the person at the waiting browser says that it is them.',
  'FT-A10c':
    'The holder of the secret is told who approved and that a press is awaited, by poll and by WebSocket, and only that holder can press.',
  'FT-A10d': 'Without `confirm_person` the name comes with the code and delays nothing.',
  'FT-A10e': 'The widget says who is being signed in while the page leaves, and asks first where the website wants it.',
  // ── A11: numbers ───────────────────────────────────────────────────────────────────────────────
  'FT-A11a': 'By default the number is asked for where the connector can ask for it, and every connector is offered.',
  'FT-A11b': '`check` says for each client which connectors ask for the number and which do not.',
  // ── A12: smaller ───────────────────────────────────────────────────────────────────────────────
  'FT-A12c':
    'One request_uri has at most three live sessions, of which the oldest ends first, and ten in its life; a page that renews its own counts once.',
  'FT-A12d':
    'A connector that the client does not offer is refused as the website’s mistake, and is no error in the log.',
  'FT-A12e':
    'Secrets that people type, and the demo’s, are refused on an https issuer, with words that say what to do; a `subjectSecret` may stay where that is written.',
  'FT-A12a': 'People and wallets are shown only the beginning of the browser’s address.',
  'FT-A12b': 'A forged code on the phone page counts as one at the wallet’s call.',
  // ── A13: what docs/security.md says ────────────────────────────────────────────────────────────
  'FT-A13': 'Every sentence of docs/security.md with "never", "only" or "always" cites a test that there is.',
  'SEC-APP-LINK-FIRST': 'On a phone a QR code is shown first only where the app has no link.',
  'SEC-AUTHZ-CHECKS': 'Every check of an authorization request refuses what it is there for.',
  'SEC-BODY': 'A body is UTF-8, uncompressed and at most 32 KiB, and JSON counts only where JSON is meant.',
  'SEC-CLAIMS-SOURCE': 'Claims of a wallet come from its issuer’s userinfo or from the signed token.',
  'SEC-COOKIE':
    'Only a browser on its way to a provider, and one without script, is given a cookie, one for each session.',
  'SEC-LOGS': 'No log line has a secret, a code, a token, a QR text, a person or an error’s message in it.',
  'SEC-LOOK-AHEAD': 'The phone page and the callback change nothing for a browser that only looks ahead.',
  'SEC-ORIGINS': 'Only pages of the client’s own origins and of the issuer call the API by script.',
  'SEC-PROVIDER-ADDRESS': 'A browser is sent to a provider only by https, or by http on a loopback host.',
  'SEC-REQUEST-URI': 'The ids of rows, which rest in the clear, do not tell a request_uri.',
  'SEC-SEALED': 'A sealed value that another program moved, kept or gave another end, version or kind is not read.',
  'SEC-SUBJECT-SECRET': 'A store whose subjects were made under another secret is refused.',
  'SEC-TOKEN-TYPES': 'Only an access token for a wallet of a configured issuer counts as a wallet’s.',
  'SEC-WARNING': 'Wherever the widget shows a code or offers one, it warns of codes that were sent to the person.',
  // ── B: sign-ins that were lost ─────────────────────────────────────────────────────────────────
  'FT-B2': 'A provider’s answer is taken up once however long its exchange takes, and by another node where one dies.',
  'FT-B5a':
    'A webhook that says that a session is gone ends what was granted before its signed time, and nothing newer.',
  'FT-B5b':
    'A signing key that was rotated just after the last look is found, and made-up key names hammer no provider.',
  'FT-B3a': 'One failure of a call that only reads costs no sign-in.',
  'FT-B3b': 'A code exchange is repeated only where the provider surely never got it or asked to come back soon.',
  'FT-B6a': 'A provider is asked only for the scopes that the website needs.',
  'FT-B6b': 'A refresh token that the provider issued unasked is revoked at once, and no sign-in waits for that.',
  'FT-B6c': 'The phone page says what the provider will be asked for.',
  'FT-B6d': 'What a provider tells beyond the granted scopes is dropped when the person confirms, but for the names.',
  'FT-B7d': 'An error at a callback that only the operator can mend is a failure with a log line, and no decline.',
  'FT-B4a': 'Garbage on a stream of pasby, or none for 6 s, and pasby is asked instead.',
  'FT-B4b': 'A process that dies with a code of Didit loses no sign-in: the next one exchanges it, or reads another.',
  'FT-B4c': 'A status word of Didit that no document has leaves no dead code on the screen.',
  'FT-B4d': 'An answer of Didit without the id_token that openid is owed signs no person in.',
  'FT-B7a': 'pasby says the website and the purpose of each sign-in, and is asked for what the website asked for.',
  'FT-B7b': "pasby's own claims are named like its connector.",
  'FT-B7c': 'Gender is spelled as OpenID Connect spells it.',
  'FT-B1a': 'A browser that was reloaded goes on with its session, also for the newer request of its website.',
  'FT-B1b': 'A session is gone on with only by its secret, and only for a request that asks for the same.',
  'FT-B1c': 'A phone that approved is told truly whether the other screen has taken the sign-in over.',
  'FT-B1d': 'A code that was given out for an older request redeems nothing once the session serves a newer one.',
  'FT-B1e': 'A page that was reloaded shows the session that it had, and collects its code.',
  'FT-B1f': 'What a page keeps over a reload is for one server and client, and is gone at the end.',
  // ── C6: from the eye ──────────────────────────────────────────────────────────────────────────────
  'FT-C6a':
    'With theme `auto` the widget has the colour scheme of its page, in an iframe as well; light and dark values stand once.',
  'FT-C6b': 'Sizes follow the browser’s font size, and no page’s root makes them smaller than 16 px for the text.',
  'FT-C6c':
    'The warning calls no page the client’s own, because the hosted one is not, and stands where there is a code.',
  'FT-C6d': 'Only a person who saw a code is told that it has expired.',
  'FT-C6e': 'An app that does not answer is marked in the list of apps.',
  'FT-C6f': 'What is wrong with an identifier describes its field, and is no part of the field’s name.',
  'FT-C6g': 'The hosted page has a heading of the first level.',
  'FT-C6h': 'No button that ends a sign-in has the focus when a page of ours opens.',
  'FT-C6i': 'A module of a QR code has a whole number of the screen’s pixels.',
  'FT-C6j': 'A device’s clock that is set changes no countdown.',
  'FT-C30a':
    'The screen is told by a code why a sign-in was declined, and that a phone did not answer; the website has words alone.',
  // ── C20: the look of the widget ───────────────────────────────────────────────────────────────────
  'FT-C20a': 'The reference lists each token of the widget’s look with the value that it has by default.',
  'FT-C20b': 'The card stays as high as its code was, whatever state follows.',
  'FT-C20c': 'Where a state needs more room, the card grows in 200 ms, and with reduced motion at once.',
  'FT-C20g':
    'An iframe begins with the height that its card will have: in two columns where it has 640 px, else in one.',
  'FT-C20d': 'A browser without `light-dark()` shows the light colours, and a code is dark on white there too.',
  'FT-C30b': 'A page that should have left 3 s ago shows the way on.',
  'FT-C30c':
    'Time is counted in its last 20 s and said aloud once; where a fresh code comes by itself nothing is said aloud.',
  'FT-C30d': 'A provider’s colours are on the button where its app is the action, and on no row of the list of apps.',
  'FT-C30e': 'Of more than five apps one is found by a part of its name in any language; that none is found is said.',
  'FT-C30f': 'Several other ways stand behind one disclosure, and the way out apart from them.',
  'FT-C30g': 'Nothing in the widget moves for a person who asked for less motion.',
  // ── C50: the pages of the server and of the phone ───────────────────────────────────────────────
  'FT-C50a':
    'A page that refuses says what happened and what to do next; its code and the request’s id are folded away.',
  'FT-C50b':
    'The screen that asks is told as browser, kind of device and age, its network only where that says something.',
  'FT-C58a': 'No name of a website or an app breaks a line, or turns the direction of the words around it.',
  'FT-C50c': 'The server’s pages and the widget have the same colours, and the same names to change them by.',
  'FT-C50d': 'Without script the sign-in has the widget’s words: its warning, its time, the cause of each end.',
  // ── C60: the gallery is whole ──────────────────────────────────────────────────────────────────
  'FT-C60a': 'Every phase of the widget has a cell in the gallery, and what is played in it leads there.',
  'FT-C60b': 'Every cause of an end has a cell in the gallery, in the words of a real server.',
  // ── C7: without script ────────────────────────────────────────────────────────────────────────────
  'FT-C7a':
    'Without script the session’s secret is only in a cookie that no script, no other site and no other host has or gives.',
  'FT-C7b': 'Without script a sign-in begins only by a form of our own page; /authorize sets no cookie.',
  'FT-C7c': 'The pages without script do nothing and show nothing without that cookie, or for a form of another page.',
  'FT-C7d': 'A code on a page without script is an ordinary frame, replaced while it is still accepted.',
  'FT-C7e': 'Without script a code is minted only when the person goes on.',
  'FT-C7f': 'An end without script says what happened, and offers a fresh start and the way back.',
  'FT-C7g': 'Only our own page can frame the state of a sign-in without script.',
  // ── C80: proof of life ─────────────────────────────────────────────────────────────────────────
  'FT-C80a': 'What analytics hear of a sign-in has its state, app, mode, times and error code, and no more members.',
  'FT-C80b': 'A page that is left holds no socket and no request open, and goes on at once when it comes back.',
  'FT-C80d':
    'After the device slept, or its clock was set, the widget asks the server for its time within 5 s, with no event.',
  'FT-C80e':
    'At every state a network or a server that is gone or silent, sleep and a set clock stop no sign-in for good.',
  'FT-C80f':
    'A server that does not answer is asked again by itself, at least every five minutes, while the page is seen.',
  'FT-C80g': 'A server that says when to come back is asked no earlier, whatever wakes the page.',
  'FT-C80h': 'Pages that lost a server at the same moment do not ask again at the same moment.',
  'FT-C80i':
    'Signs that a page is back which come many a second make the widget look four times a second at most, and none is lost.',
  'FT-C80c':
    'What a server rendered, at once or in a stream, is taken up as it is; strict mode and two on one page leave one sign-in each.',
  'FT-C3m':
    'What `init` writes signs a person in with nothing edited; its secrets are for their owner alone, and it overwrites no file.',
  'FT-C3n': 'No command advises a new `subjectSecret` where there is one.',
  'FT-C3o': 'A server on a public address refuses a wallet issuer of its own machine, such as the sandbox.',
  'FT-C3p':
    'Each of 60 mistakes in a configuration is told in one sentence, at its place, with what to write instead, with no secret, and together with the others.',
  'FT-C3q': 'A connector or a store of another package that tells its mistakes in a wrong form is itself told of.',
  'FT-C3r': '`check` and the start warn of a scope that no connector and no standard knows.',
  'FT-C3e': 'A browser at an address of no page reads a page, and any other caller the error.',
  'FT-E2': 'Limits of volume are shared: four processes on one store let at most 1.2 times a limit pass.',
  'FT-E3a':
    'The frames of a QR code come at once for the whole time in which it can be scanned, and each is shown in its own.',
  'FT-E3b': 'While nothing happens to a session it is not looked at, and its watchers are sent nothing but pings.',
  'FT-E3c':
    'The script of release 0.1 is given frames as it reads them, by each way and for the whole life; no other caller is.',
  'FT-E3d':
    'A watcher that asks whether it is heard is answered without the store, and notices a dead connection within a minute.',
  'FT-E3e': 'A snapshot with malformed frames is refused by its reader.',
  'FT-E9a': 'A worker that dies in its turn to write, or while it holds the store’s lock, holds no other up.',
  'FT-E9b': 'A worker that stands still with the store’s lock is killed, and what waited for the lock goes on.',
  'FT-E9c': 'A reload while a worker dies or starts is in force in every worker, those that come later included.',
  'FT-E9d': 'A stop while a worker starts ends every worker, with exit code 0 where none had to be killed.',
  'FT-E9e':
    'A worker that crashes again and again comes back after growing pauses; where no other serves, the server ends and says why.',
  'FT-E9f':
    'The metrics are the whole server’s when a worker dies or does not answer: no count falls, and none counts twice.',
  'FT-E9g':
    'A full disk or a store that cannot be written is named by each worker or once at the start, and no worker dies of it.',
  'FT-C4a': 'A call to a provider that fails names its cause in the log, and the person hears none of it.',
  'FT-C4b': 'A request’s log line has the session’s hash, the client, the connector and the code of its refusal.',
  'FT-C4c': 'Each sign-in that ends has one log line with outcome, reason and the time in each state, and is counted.',
  'FT-C4d': 'A wrong number says so on its page, also when that is opened again, in the log and to the operator.',
  'FT-C4e':
    'The id on a page or a card leads to the story of its sign-in, beside the running server, for as long as the audit trail is kept.',
  'FT-C4f':
    'What the audit trail is told of refusals is bounded for each process and network, and a flood fills nothing.',
  'FT-B8a': 'After 8 s of waiting for the server the widget says so, and the person may try again.',
  // ── Mistakes, and what people are told ─────────────────────────────────────────────────────────
  'MISTAKE-ID': 'Every page and every card that refuses has the id of its request, which the log has too.',
  'MISTAKE-PAUSE': 'A rate limit is told calmly, by the widget and at /authorize, and is waited for.',
  'MISTAKE-CARD': 'The card of a page’s mistake says that the page is not set up, and nothing of the connection.',
  'MISTAKE-CALLS': 'A call that gets no answer, or a strange one, fails with what the page’s mistake is found to be.',
  'MISTAKE-FRAME-TOLD': 'An iframe that is forbidden, silent or sandboxed is told of to the developer.',
  'MISTAKE-MODULE-TOLD': 'A script that cannot read its attributes says so.',
  'MISTAKE-PART-LOST': 'An element whose part of the script does not come says so in its place.',
  'MISTAKE-TOLD': 'Each mistake is told once, with what to do and its heading in the guide.',
  'FT-B8b': 'An iframe that is not ready after 8 s gets a link that leads round it at the top level.',
  // ── C2: client libraries in their own settings ─────────────────────────────────────────────────
  'FT-C2a': 'With `id_token_claims` the id_token has the claims that userinfo gives, and never without.',
  'FT-C2b':
    'The guide to client libraries shows the very files that tests sign in with, and what to register for them.',
  'FT-C2c':
    'With form_post no address has a code in it, and the page that posts a code is opened once, within its time.',
  'FT-C2d':
    'With form_post every end of a sign-in, and every mistake, is posted; to an app’s own scheme it is refused.',
  'FT-C2f': 'A secret of HTTP Basic counts form-encoded and as it stands, and in no other form.',
  // ── C5: bad days ───────────────────────────────────────────────────────────────────────────────
  'FT-C5a': '`/ready` writes to the store at most once in 10 s, however many probes ask.',
  'FT-C5b': '`/ready` says which part fails, in a stable code and in words, without a path or a secret.',
  'FT-C5c': 'The log tells when a server stops being ready and when it is ready again, and not each probe.',
  'FT-C5d': 'A store that fails is one line of the log, and one more a minute, however many calls fail.',
  'FT-C5e': 'The log says once that the store works again, when nothing failed for 10 s.',
  'FT-C5f':
    'A disk that is full, read-only, locked or damaged is named; requests get a 503, and all goes on once there is room.',
  'FT-C5g':
    'Every row is sealed anew under the first secret when a server starts, so that dropping the old one stops no server.',
  'FT-C5h': 'The log and `keys list` say how long an earlier secret is needed, by what all processes noted.',
  'FT-C5i': 'A rotation of `secret` loses no sign-in, no code and no token, and neither does rolling it back.',
  'FT-C5j': 'The documented backup is readable by its owner alone, and the documented way back brings every row back.',
  'FT-C5k':
    '`reload` puts clients and proxies in force while the server runs, and two secrets of a client count at once.',
  'FT-C5l': 'Nothing that a removed client began gives a token or a claim.',
  'FT-C5m':
    'A configuration with a mistake, or with a change that needs a restart, changes nothing, and the log says why.',
  'FT-C5n': 'SIGHUP reads the configuration file, its own modules and `beckon.secrets.env` as they are now.',
  // ── C8: Next.js, and the upgrade ───────────────────────────────────────────────────────────────
  'FT-C8a': 'The guide to Next.js shows the very files that are built, and that a person is signed in to.',
  'FT-C8b': 'The upgrade page has the new name of each setting of the release before, as the check reports it.',
  'FT-C8c': 'A store of the release before is opened, and the sign-ins in it end well.',
  // ── C7x: on the phone ──────────────────────────────────────────────────────────────────────────
  'FT-C70a': 'A page that comes back fetches the state at once, also where its socket died meanwhile.',
  'FT-C70b': 'A page that was not away asks by its socket when it is given the focus, at most once a second.',
  'FT-C70g':
    'A wallet’s link on the same device is its app link with the link to the session in it, and the code goes only to the wallet that comes back.',
  'FT-C70h': 'Where a wallet has no app link, its link on the same device leads to `/q/` at the issuer.',
  'FT-C71a':
    'An answer that comes back in another browser is refused, and its page says by name which one to go back to.',
  'FT-C71b': 'The name of that browser is told only to a browser that has the provider’s answer, and to no log.',
  'FT-C72a': 'On a phone the app’s link comes first, as a plain anchor, and the code is behind the other ways.',
  'FT-C73a': 'Where people get an app is the operator’s to set: https alone, and no default.',
  'FT-C73b': 'A sign-in tells where its app is had, by the kind of phone, only where that is configured.',
  'FT-C73c': 'An app that did not open is asked about after 2.5 s, with its install link and the other ways.',
  'FT-C73d': 'No such question comes where something came up, the sign-in went on, or a page of the web was to open.',
  'FT-C74a': 'A page whose sign-in another tab has finished says so, and offers nothing that leads nowhere.',
  'FT-C74b': 'So does a page that the browser dropped while the app was open; it asks once, for 3 s at most.',
  'FT-C74c':
    'Where the app led to a browser that did not finish the sign-in, the person may start again in the first one.',
  'FT-C74d': 'A person who comes back from a provider without an answer gets a fresh link to it.',
  // ── C40: who an app is, and whom the person deals with ─────────────────────────────────────────
  'FT-C40a':
    'The check and the start report a picture of an app that is missing, too large, or that no page could show.',
  'FT-C40b': 'The pictures of apps are in each offer, are served for good, and run nothing where they are opened.',
  'FT-C40f':
    'A reload puts a changed picture of an app in force for every worker, and the one before it stays for open pages.',
  'FT-C40c': 'An app without a picture, or whose picture does not load, has a drawn tile: no letter, no logo.',
  'FT-C75a':
    'The browser inside another app is told from a browser of its own, by what apps and web views call themselves.',
  'FT-C75b': 'There, and only there, a hint near the app’s link says how to go on in the browser, with a link to copy.',
  'FT-C75c':
    'On the server’s own page that link is the website’s address, since only a sign-in begun there can end there.',
  'FT-C40d':
    'The hosted page says to which host the person returns, as it is spelled in the address, and a client’s frame says none of it.',
  'FT-C40e':
    'The hosted page links to the client’s own pages and to the operator’s help: https, checked, in a tab of its own.',
  // ── D1 to D3: refresh, revoke, introspect ──────────────────────────────────────────────────────
  'FT-D1a': 'A refresh token comes with `offline_access` where client and person agree to it, and never without.',
  'FT-D1b': 'A refresh gives tokens of the same person and sign-in, and another refresh token in place of the first.',
  'FT-D1c': 'A refresh token that was replaced ends every token of its sign-in when it is used again.',
  'FT-D1d': 'A client that asks again within 10 s is given the same tokens.',
  'FT-D1e': 'A refresh token that is used many times at once has one successor, which lives.',
  'FT-D1f': 'A refresh token is over when it lies unused, and all that came of a sign-in when its time is over.',
  'FT-D1g': 'A refresh narrows the scope of an access token, and never widens it.',
  'FT-D1h': 'A refresh token counts for its own client alone, and in no other place than its own.',
  'FT-D1i': 'A refresh token ends with its code’s second use and with the person’s session or consent at the provider.',
  'FT-D2a': 'Revoking a refresh token ends every token of its sign-in.',
  'FT-D2b': 'Revoking an access token ends that one alone.',
  'FT-D2c': 'Revoking takes the client’s secret, says nothing of tokens that are none, and leaves those of others.',
  'FT-D2d': 'A revocation among refreshes leaves no token alive.',
  'FT-D3a': 'Introspection tells a client of its own tokens, and of others only that they are not active.',
  'FT-D3b': 'An API with a secret may introspect the access tokens that are for it, and no others.',
  'FT-D4a': 'A logout with an id_token ends that sign-in with all its tokens, and leads back to the client.',
  'FT-D4b': 'A logout leads to registered addresses alone, and without an id_token of ours nothing ends.',
  'FT-D4c': 'A logout among refreshes leaves no token alive.',
  'FT-D4d': 'A logout on one device ends the session that the provider has with the browser, and leads back.',
  'FT-D5a': 'A client that wants to hears of a logout once, by a signed token of that sign-in.',
  'FT-D5b': 'A provider’s revocation is told to the clients of every sign-in that it ends.',
  'FT-D5c': 'A logout that a client did not take is told again for a day, and the log says so.',
  'FT-D6a': 'A pairwise `sub` differs from sector to sector, and stays the same within one.',
  'FT-D6b': 'What a provider revokes ends whatever the `sub`.',
  'FT-D6c': 'A client whose sector cannot be shown to be its own can start no sign-in.',
  'FT-D5d': 'A client that registered no address is told of no logout.',
  'FT-D5e': 'A client that takes no notice of a logout is called one at a time, and holds up no other client.',
  'FT-D5f':
    'A notice of a logout goes to the registered address alone, follows no redirect, and no answer is read or logged.',
  'FT-D14a':
    'A claim that is asked for by itself comes where it is asked for, as far as client and person allow, and alone of its scope.',
  'FT-D14b': 'The parameter `claims` is bounded, a misshapen one is refused, and what is not known in it is ignored.',
  'FT-D14c':
    'An `acr` that no app of the sign-in reaches is refused before the person starts, and only the others are offered.',
  'FT-D14d': 'A sign-in of another person, or without an essential `acr`, gives no code, and the website is told why.',
  'FT-D14e': 'An id_token_hint counts only with our signature and for its own client, also when it is over.',
  // ── D11: a provider's tokens ────────────────────────────────────────────────────────────────────
  'FT-D11a': 'A provider’s tokens are kept for a client with `upstream_tokens` alone, and no other sign-in keeps one.',
  'FT-D11b':
    'A provider’s token is read with an access token of that very sign-in, of its whole scope, and with nothing else.',
  'FT-D11c':
    'Of any number of readers in any number of processes one renews a provider’s tokens, and the newest are kept.',
  'FT-D11d': 'What ends a sign-in revokes its provider’s tokens, again for a day, and nothing waits for the provider.',
  'FT-D11e':
    'A provider that refuses to renew ends its tokens, and the client hears that the person must sign in again.',
  'FT-D11f':
    'A refresh of a sign-in renews the provider’s tokens that are near their end, and waits for nothing of it.',
  'FT-D11g': 'Tokens of a sign-in that came to nothing, or whose client may keep none any more, are revoked.',
  'FT-D11h': 'A provider’s tokens are in no log line and no error, and its refresh token is in no answer.',
  'FT-D11i':
    'A provider is asked for `offline_access` only where its refresh token is kept and the website is granted one.',
  'FT-D11j': 'A sign-in has the tokens that came with its own person, whichever browsers came back.',
  'FT-D9a': 'Every module of five of the OpenID Foundation’s plans is listed, and ends over HTTP as the list says.',
  // ── D10: encrypted for the client ──────────────────────────────────────────────────────────────
  'FT-D10a':
    'An id_token is signed and then encrypted for the key of a client that wants it, and its library reads it.',
  'FT-D10b': 'Userinfo is signed, and then encrypted, where a client wants that, for that client alone.',
  'FT-D10c': 'As a hint the signed id_token counts that was in an encrypted one, and the encrypted one does not.',
  'FT-D10d': 'A client whose id_tokens are encrypted hears of a logout by an encrypted token.',
  'FT-D10e':
    'Encryption that is weak, or has no key, is a mistake of the configuration; discovery lists what can be had.',
  'FT-D17a':
    'No request makes the server fail, breaks the form of an answer, or brings a secret into an answer or the log.',
  'FT-D17b': 'After very many wrong requests a person signs in, and the server’s memory is what it was.',
  'FT-D17c': 'Wrong requests that are limited are told so with Retry-After, and are answered as ever otherwise.',
  'FT-D17d': 'A refusal names eight members at most, however many are wrong.',
  'FT-D18a': 'A code that comes many times at once, to two servers on one file, gives tokens once, and they end.',
  'FT-D18b':
    'A refresh token that comes many times at once, to two servers on one file, has one successor, which lives.',
  'FT-D18c': 'A revocation or a logout among refreshes at two servers on one file leaves no token alive.',
  'FT-D18d': 'A refresh token of two rotations ago ends its sign-in, whichever server rotated it.',
  // ── D19: signing keys change ───────────────────────────────────────────────────────────────────
  'FT-D19a': 'Signing keys of every algorithm in use change by the schedule, and are published a day before they sign.',
  'FT-D19b': 'A verifier that keeps the JWKS as long as it may verifies every token, through every rotation and back.',
  'FT-D19c': 'Of any number of rotations at once, by several processes, one counts, and all sign with the same key.',
  'FT-D19d':
    'A rotation can be taken back; a next key that was called back, or that lay beside one that leaked, never signs.',
  'FT-D19e': 'A key stays published until the last token that it signed is over, and is known longer as a hint’s.',
  'FT-D19f': 'A stored key that was changed, moved or put back is refused, and keys are sealed anew with the secret.',
  // ── F: The operator's hands ────────────────────────────────────────────────────────────────────
  'FT-F10a': 'What happened lies in the hash chain of its partition within 5 s, once.',
  'FT-F10b':
    'Of several processes that seal the same events one does, and a process that dies over it loses and doubles none.',
  'FT-F10c': 'What is over by its time is no gap of a chain.',
  'FT-F11a': 'An event that was changed by a person with the secrets is named.',
  'FT-F11b': 'An event or a batch that was removed before its time is named, in the middle as at both ends.',
  'FT-F11c': 'Events or batches that changed places are named.',
  'FT-F11d': 'A batch that was made to fit a changed one does not fit what follows it.',
  'FT-F11e': 'Rows of the trail that were changed, moved or removed without the secrets are named.',
  'FT-F12a': 'Events are found by request, session, person, website and type, those of the last seconds included.',
  'FT-F12b': 'Pages of the trail give each event once, the newest first.',
  'FT-F12c': 'An event that is told later is found at the time at which it happened.',
  'FT-F13': 'Tokens that are issued, refreshed, replayed and revoked are told to the audit trail in their own commit.',
  'FT-F14a': 'The id on the page of a wrong number leads to the reason in one command.',
  'FT-F14b': 'The id on the page of a stale code leads to the reason in one command.',
  'FT-F14c': 'The id on the page of a code that another phone has leads to the reason in one command.',
  'FT-F14d': 'The id on the page of a provider that is down leads to the reason in one command.',
  'FT-F14e': 'The id on the page of a provider with a bad certificate leads to the reason in one command.',
  'FT-F14f': 'The id in the answer to a replayed code leads to the reason in one command.',
  'FT-F14g': 'The id in the answer to an origin that is not registered leads to the reason in one command.',
  'FT-F14h': 'The id on the page of a sign-in that an operator ended leads to the reason in one command.',
  'FT-F14i':
    'The id on the page of a limit that was met leads to the reason in one command; the limit is told once a minute.',
  'FT-F14j': 'The id on the page of a sign-in that is over leads to the reason in one command.',
  'FT-F16a': 'The trail is sent to an HTTP receiver as JSON lines, each event once where nothing fails.',
  'FT-F16b':
    'A receiver of the trail that fails is asked again after longer waits, misses nothing, and its lag is a metric.',
  'FT-F16c': 'A process that dies while it sends the trail leaves nothing out, and another one goes on.',
  'FT-F16d': 'The trail is sent to syslog (RFC 5424) over TCP and UDP.',
  'FT-F17': 'A server sends its audit trail to where `audit.forward` says.',
  'FT-F15': 'That the server started or read its configuration anew is told, with a keyed hash of it, and no secret.',
  'FT-F30': 'Webhooks are signed as Standard Webhooks say, with each of two secrets while one is rotated.',
  'FT-F31':
    'A webhook goes to the address that was checked, never to a private one unless configured, and follows no redirect.',
  'FT-F32': 'News that a website takes is sent to it once, with what happened and when.',
  'FT-F33':
    'News that a website does not take is sent again for a day under one id, and then is kept as a dead letter.',
  'FT-F34': 'A website that hangs holds up the news of no other.',
  'FT-F35': 'News is owed in the commit of what it tells, once, and none for a sign-in that did not happen.',
  'FT-F36':
    'A server that is killed at any moment tells every sign-in at least once, none that did not happen, and its audit trail is whole.',
  'FT-F40':
    'An operator ends one sign-in whatever it has come to: its page is told, its code is none, its tokens and refresh family end.',
  'FT-F41': 'An act of an operator is told to the audit trail in the commit that does it, with the name of who did it.',
  'FT-F42':
    'Ending a person ends their open sign-ins, codes, tokens and refresh families at every website, and the websites hear of it.',
  'FT-F43': 'A person is exported whole, and erased so that no row with a claim or a `sub` of theirs is left.',
  'FT-F44': 'All of a website ends in one act, and nothing of another website does.',
  'FT-F45': 'An act over many grants goes in batches, and another process finishes it where one dies or leaves it.',
  'FT-F47':
    'That a person’s access ended is seen within a second at every process, by introspection and by a waiting page.',
  'FT-F48': 'Nothing survives an operator’s end that comes with a redemption, a refresh or a confirmation.',
  'FT-F50': 'Every call of the admin API is answered as its OpenAPI document says, and none is missing there.',
  'FT-F51': 'The admin API lets in who has a token, to what its scope allows; wrong tokens are counted and told.',
  'FT-F52': 'A call of the admin API that is wrong in any part is refused with what to do, and changes nothing.',
  'FT-F53': 'The admin API has an OpenAPI 3.1 document, made of the schemas that check its calls.',
  'FT-F54': 'The console and the admin API answer no page that was given a name of its own for their address.',
  'FT-F55a':
    'A confidential client reads how far its own sessions are, and gets nothing to go on with in the browser’s place.',
  'FT-F55b': 'A session of another client is as unknown, and a wrong secret or a public client reads nothing.',
  'FT-F55c': 'A backend’s read is held until the session changes, and is limited.',
  'FT-F56': 'With several workers the process of the admin port follows the clients that operators change elsewhere.',
  'FT-F60': 'The console shows nothing without an operator token, and its pages run no script.',
  'FT-F61':
    'The console leads from a list to a sign-in’s story, a person’s grants, clients and the trail, without a claim.',
  'FT-F62': 'The console does four acts, each told with the name of the token.',
  'FT-F63': 'The console acts only for a token that may write, and for a form that this browser was shown.',
  'FT-F64': 'Nothing that a stranger sends becomes HTML in the console.',
  'FT-F46': 'Sign-ins and grants are listed by website, app, status, person and time, page by page, without a claim.',
  // ── F: the operator's hands ─────────────────────────────────────────────────────────────────────
  'FT-F20a': 'A client that an operator creates signs people in at every process within a second, with no restart.',
  'FT-F20b': 'A client of the store is held against the checks of the file, in their words; a wrong one is not stored.',
  'FT-F20c': 'A store of ten thousand clients is in force soon after the start, and a change reads one client alone.',
  'FT-F21a': 'An id that the file or the store has is refused, and an operator changes no client of the file.',
  'FT-F21b': 'Where a reload brings the id of a stored client, the file’s client is served, and the log says so.',
  'FT-F22a': 'Of operators who change one client at once one succeeds, and the others are told.',
  'FT-F22b': 'A change of a client counts at every process within a second, and leaves what it does not name.',
  'FT-F23a': 'A client has two secrets while they are rotated, and the earlier one ends at its time or when removed.',
  'FT-F24a': 'A redirect URI or an origin with an end counts until then at every process.',
  'FT-F25a': 'A client that is removed is unknown at every process within a second, and its tokens are refused.',
  'FT-F26a': 'A disabled client is refused at every process within a second with the reason, and goes on once enabled.',
  'FT-F26b': 'A running sign-in of a disabled client ends, and its phone cannot approve.',
  'FT-F26c': 'Tokens of a disabled client are not active for introspection, at every process within a second.',
  'FT-F26d': 'A client of the file is disabled like one of the store, and an unknown one is refused.',
  'FT-F27a': 'A disabled connector begins nothing, confirms nothing, and the widgets that wait for it hear so.',
  'FT-F28a': 'Each act of an operator on clients has its event in the audit trail, in its commit, with no secret.',
  'FT-F29a': 'The command line registers, changes, rotates and disables clients beside a server that runs.',
} as const;
