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
  'FT-A5a':
    'Across devices the provider is asked to authenticate the person anew, and an older auth_time signs nobody in.',
  'FT-A5b':
    'Where a browser session at the provider may have answered, only the person’s POST on our own page signs in.',
  'FT-A5c': 'A website’s prompt=login is passed on, refused with login_required, or that connector is not offered.',
  'FT-A5d': 'The id_token has an auth_time only where the provider gave one.',
  // ── A6: the link on the same device ────────────────────────────────────────────────────────────
  // ── A7: pasby's answers ────────────────────────────────────────────────────────────────────────
  // ── A8: UAE PASS ───────────────────────────────────────────────────────────────────────────────
  // ── A9: wallet issuers ─────────────────────────────────────────────────────────────────────────
  // ── A10: who is being signed in ────────────────────────────────────────────────────────────────
  // ── A11: numbers ───────────────────────────────────────────────────────────────────────────────
  // ── A12: smaller ───────────────────────────────────────────────────────────────────────────────
  // ── A13: what docs/security.md says ────────────────────────────────────────────────────────────
  // ── B: sign-ins that were lost ─────────────────────────────────────────────────────────────────
  'FT-B2': 'A provider’s answer is taken up once however long its exchange takes, and by another node where one dies.',
  'FT-B5a':
    'A webhook that says that a session is gone ends what was granted before its signed time, and nothing newer.',
  'FT-B5b':
    'A signing key that was rotated just after the last look is found, and made-up key names hammer no provider.',
} as const;
