/**
 * What unit tests hold, by id: the twin of `e2e/requirements.ts`, whose ids are shown in a browser.
 * A test cites an id at the start of its title, as in `it('FT-A1: …')`; `tests/requirements.test.ts`
 * fails on an id that no test cites, and on a cited id that is not in either table.
 *
 * Ids that begin with `FT-` come from a field test: attacks (`A`) and lost sign-ins (`B`).
 */
export const GUARANTEES = {
  // ── A1: the host page ──────────────────────────────────────────────────────────────────────────
  // ── A2: networks ───────────────────────────────────────────────────────────────────────────────
  // ── A3: what strangers share ───────────────────────────────────────────────────────────────────
  // ── A4: copied codes ───────────────────────────────────────────────────────────────────────────
  // ── A5: reauthentication ───────────────────────────────────────────────────────────────────────
  // ── A6: the link on the same device ────────────────────────────────────────────────────────────
  // ── A7: pasby's answers ────────────────────────────────────────────────────────────────────────
  // ── A8: UAE PASS ───────────────────────────────────────────────────────────────────────────────
  'FT-A8a': 'UAE PASS is sent a PKCE challenge unless the operator turns it off.',
  'FT-A8b': 'The operator names the minimum level of UAE PASS; there is no default, and the old spelling is a mistake.',
  // ── A9: wallet issuers ─────────────────────────────────────────────────────────────────────────
  'FT-A9a': 'A discovery document names only hosts that the operator allowed; nothing is fetched from another.',
  'FT-A9b': 'Every claim of an identity has its type, form and length, and all claims together are bounded.',
  // ── A10: who is being signed in ────────────────────────────────────────────────────────────────
  // ── A11: numbers ───────────────────────────────────────────────────────────────────────────────
  // ── A12: smaller ───────────────────────────────────────────────────────────────────────────────
  // ── A13: what docs/security.md says ────────────────────────────────────────────────────────────
  // ── B: sign-ins that were lost ─────────────────────────────────────────────────────────────────
  'FT-B3a': 'One failure of a call that only reads costs no sign-in.',
  'FT-B3b': 'A code exchange is repeated only where the provider surely never got it or asked to come back soon.',
  'FT-B6a': 'A provider is asked only for the scopes that the website needs.',
  'FT-B6b': 'A refresh token that the provider issued unasked is revoked at once, and no sign-in waits for that.',
  'FT-B6c': 'The phone page says what the provider will be asked for.',
  'FT-B6d': 'What a provider tells beyond the granted scopes is dropped when the person confirms, but for the names.',
  'FT-B7d': 'An error at a callback that only the operator can mend is a failure with a log line, and no decline.',
} as const;
