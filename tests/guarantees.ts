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
  // ── A9: wallet issuers ─────────────────────────────────────────────────────────────────────────
  // ── A10: who is being signed in ────────────────────────────────────────────────────────────────
  // ── A11: numbers ───────────────────────────────────────────────────────────────────────────────
  // ── A12: smaller ───────────────────────────────────────────────────────────────────────────────
  // ── A13: what docs/security.md says ────────────────────────────────────────────────────────────
  // ── B: sign-ins that were lost ─────────────────────────────────────────────────────────────────
  'FT-B1a': 'A browser that was reloaded goes on with its session, also for the newer request of its website.',
  'FT-B1b': 'A session is gone on with only by its secret, and only for a request that asks for the same.',
  'FT-B1c': 'A phone that approved is told truly whether the other screen has taken the sign-in over.',
  'FT-B1d': 'A code that was given out for an older request redeems nothing once the session serves a newer one.',
} as const;
