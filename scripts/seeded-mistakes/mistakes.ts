/** One mistake in a mapping or a check. Suites that let it pass are too weak. */
export interface Mistake {
  /** What is wrong with it. */
  readonly what: string;
  /** Source text that occurs once in all rooms. White space in it stands for any white space. */
  readonly find: string;
  /** What stands there instead. */
  readonly put: string;
}

/**
 * Each is a slip that a person could make: a name for another, an order, a check that is gone or too
 * kind. A pattern names no file and as few names of ours as it can, so that it survives moves.
 */
export const MISTAKES: readonly Mistake[] = [
  // KRDPASS
  {
    what: 'krdpass: a full name begins with the family',
    find: 'words(given, middle, family)',
    put: 'words(family, middle, given)',
  },
  {
    what: 'krdpass: the third part of a name stands before the second',
    find: "words(text('citizen_second'), text('citizen_third'))",
    put: "words(text('citizen_third'), text('citizen_second'))",
  },
  {
    what: 'krdpass: the surname is read as the given name',
    find: "text('given_name', 'citizen_first')",
    put: "text('given_name', 'citizen_surname')",
  },
  {
    what: 'krdpass: an e-mail address is called verified',
    find: "email: text('email'),",
    put: "email: text('email'), email_verified: text('email') !== null,",
  },
  {
    what: 'krdpass: a picture may be any text',
    find: "text !== null && text.startsWith('https://')",
    put: 'text !== null',
  },
  {
    what: 'krdpass: userinfo may be about another person than the id_token',
    find: 'tokens.access_token, subject);',
    put: 'tokens.access_token, null);',
  },
  {
    what: 'krdpass: a person who cancels is an outage',
    find: 'declined: CANCELLED,',
    put: 'declined: new Set(),',
  },
  {
    what: 'krdpass: the request object is for another audience',
    find: '.setAudience(',
    put: ".setAudience('https://krdpass.example' ?? ",
  },
  {
    what: 'krdpass: the request object carries the state as its nonce',
    find: 'nonce: start.nonce,',
    put: 'nonce: start.state,',
  },

  // UAE PASS
  {
    what: 'uaepass: a full name begins with the family',
    find: '[given, family].filter(',
    put: '[family, given].filter(',
  },
  {
    what: 'uaepass: the Arabic name goes before the English one',
    find: "name('firstnameEN', 'firstnameAR')",
    put: "name('firstnameAR', 'firstnameEN')",
  },
  {
    what: 'uaepass: a proven e-mail address is called unverified',
    find: 'email_verified: email === null ? null : true',
    put: 'email_verified: email === null ? null : false',
  },
  {
    what: 'uaepass: the Emirates ID is read from another attribute',
    find: "['idn', 'emirates_id']",
    put: "['idType', 'emirates_id']",
  },
  {
    what: 'uaepass: a number of the country gets another country’s code',
    find: ", '971')",
    put: ", '966')",
  },
  {
    what: 'uaepass: the subject keeps its prefix',
    find: "?.replace(/^UAEPASS\\//i, '')",
    put: '',
  },
  {
    what: 'uaepass: an unknown level is the highest',
    find: 'level === null ? RANK.SOP1',
    put: 'level === null ? RANK.SOP3',
  },
  {
    what: 'uaepass: exactly the minimum level is too low',
    find: 'if (RANK[minimum] <=',
    put: 'if (RANK[minimum] <',
  },
  {
    what: 'uaepass: a client’s own minimum level does not count',
    find: 'client?.minimumLevel ?? options.minimumLevel',
    put: 'options.minimumLevel',
  },
  {
    what: 'uaepass: the level is not told as acr',
    find: 'acr: level,',
    put: 'acr: null,',
  },
  {
    what: 'uaepass: any state is taken',
    find: '{ state: callback.state, issuer: null }',
    put: "{ state: callback.parameters.get('state') ?? '', issuer: null }",
  },

  // pasby
  {
    what: 'pasby: a full name begins with the family',
    find: '[given, middle, family].filter(',
    put: '[family, middle, given].filter(',
  },
  {
    what: 'pasby: every e-mail address is called verified',
    find: "booleanOf(contact?.['emailVerified'])",
    put: 'true',
  },
  {
    what: 'pasby: the primary nationality comes last',
    find: '[primary, ...(Array.isArray(nationalities) ? (nationalities as readonly unknown[]) : [])]',
    put: '[...(Array.isArray(nationalities) ? (nationalities as readonly unknown[]) : []), primary]',
  },
  {
    what: 'pasby: a status may be of another request',
    find: 'if (data.reference !==',
    put: 'if (data.reference === null && data.reference !==',
  },
  {
    what: 'pasby: another person than the one asked may complete it',
    find: '.person !== null && personHash(',
    put: '.person === undefined && personHash(',
  },
  {
    what: 'pasby: a signature may name another person than the status',
    find: "signature.type === 'foreign' || signature.requestee !== requestee",
    put: "signature.type === 'foreign'",
  },
  {
    what: 'pasby: a signature may be about another request',
    find: 'if (reference !==',
    put: 'if (reference === null && reference !==',
  },
  {
    what: 'pasby: what the person read may differ from what was asked',
    find: "if (!is(repeated.payload, asked.payload)) differs('payload');",
    put: '',
  },

  // Didit
  {
    what: 'didit: the family name is read as the given name',
    find: "within(names, 'first_name')",
    put: "within(names, 'last_name')",
  },
  {
    what: 'didit: an e-mail address of which nothing is said is called verified',
    find: "within(email, 'is_verified') ?? raw['email_verified']",
    put: "within(email, 'is_verified') ?? raw['email_verified'] ?? true",
  },
  {
    what: 'didit: a confirmed session may come with another state',
    find: 'states.some((each) => !sameText(each, state))',
    put: 'states.every((each) => each === null)',
  },
  {
    what: 'didit: an introspection that does not say active counts',
    find: 'if (!answer.active)',
    put: 'if (answer.active === null)',
  },
  {
    what: 'didit: answers about different people are put together',
    find: "if (others.length > 0) throw refused('Didit: its answers",
    put: "if (others.length > 2) throw refused('Didit: its answers",
  },
  {
    what: 'didit: a code in a redirect with an error counts',
    find: "if (parameters.has('error')) throw",
    put: "if (parameters.has('error') && codes.size > 9) throw",
  },
  {
    what: 'didit: any address may be on the code',
    find: 'return isSecureAddress(url) && text.length <= 1024',
    put: 'return url !== null && text.length <= 1024',
  },
  {
    what: 'didit: a person who cancels is a word that no document has',
    find: "case 'cancelled': case 'canceled':",
    put: "case 'canceled':",
  },

  // Wallet
  {
    what: 'wallet: an id_token is taken for an access token',
    find: "typ: 'at+jwt',",
    put: '',
  },
  {
    what: 'wallet: a token may be for another audience',
    find: 'issuer: issuer.issuer, audience,',
    put: 'issuer: issuer.issuer,',
  },
  {
    what: 'wallet: a scope that only begins like the right one is enough',
    find: "!scope.split(' ').includes(APPROVE_SCOPE)",
    put: '!scope.includes(APPROVE_SCOPE)',
  },
  {
    what: 'wallet: any client of the issuer may approve',
    find: "if (typeof clientId !== 'string' ||",
    put: "if (typeof clientId !== 'string' &&",
  },
  {
    what: 'wallet: people of two issuers may share a subject',
    find: 'JSON.stringify([holder.issuer, holder.subject])',
    put: 'holder.subject',
  },
  {
    what: 'wallet: what a token says of itself is told as a claim',
    find: '.filter(([name]) => !TOKEN_CLAIMS.has(name))',
    put: ".filter(([name]) => name !== '')",
  },
  {
    what: 'wallet: userinfo may be about another person',
    find: 'accessToken, holder.subject, refused)',
    put: 'accessToken, null, refused)',
  },

  // Paswad
  {
    what: 'paswad: any signature counts',
    find: '!macs.some((mac) => sameBytes(mac, signature))',
    put: 'macs.length === 0',
  },
  {
    what: 'paswad: an event for another client ends a sign-in here',
    find: 'data.client_id !== undefined && data.client_id !==',
    put: 'data.client_id === null && data.client_id !==',
  },
  {
    what: 'paswad: a consent that was taken back ends nothing',
    find: "new Set(['session.revoked', 'consent.revoked'])",
    put: "new Set(['session.revoked'])",
  },
  {
    what: 'paswad: what was agreed to within the second survives',
    find: 'created * 1000 + 999',
    put: 'created * 1000',
  },
  {
    what: 'paswad: an app that is not approved reads as a person who said no',
    find: '{ operatorsFault }),',
    put: '{ operatorsFault: undefined }),',
  },

  // Any OpenID Provider
  {
    what: 'oidc: the state is sent as the nonce',
    find: 'state, nonce, code_challenge: await s256(code_verifier),',
    put: 'state, nonce: state, code_challenge: await s256(code_verifier),',
  },
  {
    what: 'oidc: a provider’s session is old enough where the person must authenticate anew',
    find: "max_age: reauthenticate ? '0' : request.max_age === null",
    put: 'max_age: request.max_age === null',
  },
  {
    what: 'oidc: tokens that outlive the sign-in are asked for',
    find: "const isAnyones = scope === 'offline_access' || Object.hasOwn(STANDARD, scope);",
    put: 'const isAnyones = Object.hasOwn(STANDARD, scope);',
  },
  {
    what: 'oidc: a person who does not consent is an outage',
    find: "'consent_required', 'interaction_required',",
    put: "'interaction_required',",
  },
  {
    what: 'oidc: the document goes before what the operator names',
    find: '{ ...(await discovered?.()), ...Object.fromEntries(configured) }',
    put: '{ ...Object.fromEntries(configured), ...(await discovered?.()) }',
  },
  {
    what: 'oidc: the id_token goes before userinfo',
    find: '{ ...idToken.claims, ...userinfo }',
    put: '{ ...userinfo, ...idToken.claims }',
  },
  {
    what: 'oidc: a provider that does not say how is sent the secret in the form',
    find: "supported: readonly string[] = ['client_secret_basic'],",
    put: "supported: readonly string[] = ['client_secret_post'],",
  },

  // What the library leaves of OpenID Connect
  {
    what: 'openid: an id_token may come from the future',
    find: 'if (iat > now / 1000 + SKEW_S)',
    put: 'if (iat > now + SKEW_S)',
  },
  {
    what: 'openid: an id_token may be another client’s',
    find: 'if (azp !== undefined && azp !==',
    put: 'if (azp === null && azp !==',
  },
  {
    what: 'openid: an id_token may belong to another access token',
    find: 'if (hash !== null && at_hash !== hash)',
    put: 'if (hash === null && at_hash !== hash)',
  },
  {
    what: 'openid: nothing is signed with a key of the provider',
    find: 'if (keys !== null) await verifySignature(',
    put: "if (keys !== null && alg === '') await verifySignature(",
  },
  {
    what: 'openid: renewed tokens may be another person’s',
    find: 'before.id_token !== null && decodeJwt(before.id_token).sub !==',
    put: 'before.id_token === null && decodeJwt(String(before.id_token)).sub !==',
  },
  {
    what: 'openid: any state is taken',
    find: 'said, expected.state)',
    put: 'said, oauth.skipStateCheck)',
  },
  {
    what: 'openid: the id_token’s own nonce is the one expected',
    find: '{ expectedNonce: nonce }',
    put: "{ expectedNonce: String(JSON.parse(Buffer.from(String((await sent.clone().json()).id_token).split('.')[1] ?? '', 'base64url').toString() || '{}').nonce) }",
  },
  {
    what: 'openid: userinfo may be about any person',
    find: 'oauth.processUserInfoResponse(server, client, subject, sent)',
    put: 'oauth.processUserInfoResponse(server, client, oauth.skipSubjectCheck, sent)',
  },
  {
    what: 'openid: a code beside an error counts',
    find: 'if (code !== null && error !== null)',
    put: "if (code === '' && error !== null)",
  },
  {
    what: 'openid: a document may name another issuer, which only an address calls the same',
    find: 'if (document.issuer !== issuer)',
    put: 'if (document.issuer === null)',
  },
  {
    what: 'openid: a secret goes to an address without TLS',
    find: 'if (!isSecureAddress(URL.parse(url))) throw unavailable(',
    put: 'if (!URL.canParse(url)) throw unavailable(',
  },

  // What connectors share
  {
    what: 'claims: the text "false" is a yes',
    find: "value === true || value === 'true' ? true",
    put: "value === true || typeof value === 'string' ? true",
  },
  {
    what: 'claims: a link may run script',
    find: "URL.parse(value)?.protocol === 'https:' ? value",
    put: 'URL.canParse(value) ? value',
  },
  {
    what: 'claims: a verified flag stays without its address',
    find: "if (standard['email'] === undefined) delete standard['email_verified'];",
    put: '',
  },
  {
    what: 'claims: what the token says of itself is told as a claim',
    find: '!Object.hasOwn(STANDARD_CLAIMS, name) && !PROTOCOL.has(name)',
    put: '!Object.hasOwn(STANDARD_CLAIMS, name)',
  },
  {
    what: 'claims: an operator’s mapping may answer a promise',
    find: '|| claims instanceof Promise',
    put: '',
  },

  // Calls to providers
  {
    what: 'outbound: an answer may be endless',
    find: 'if (size > SIZE_LIMIT_BYTES)',
    put: 'if (size > SIZE_LIMIT_BYTES * 100)',
  },
  {
    what: 'outbound: a stream has no time to begin',
    find: 'late.abort(new DOMException(',
    put: 'void (new DOMException(',
  },
  {
    what: 'outbound: a code is sent again after a connection that broke',
    find: "(repeat === 'unsent' && failure === 'unsent')",
    put: "(repeat === 'unsent' && failure !== 'other')",
  },
  {
    what: 'outbound: a code is sent again after a limit that names no time',
    find: "(repeat === 'unsent' && named !== null)",
    put: "repeat === 'unsent'",
  },
  {
    what: 'outbound: a redirect takes what was sent elsewhere',
    find: "fetch(input, { ...init, signal, redirect: 'manual' })",
    put: "fetch(input, { ...init, signal, redirect: init.redirect === 'manual' ? 'manual' : 'follow' })",
  },
];
