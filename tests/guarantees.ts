/**
 * What unit tests hold, by id: the twin of `e2e/requirements.ts`, whose ids are shown in a browser.
 * A test cites an id at the start of its title, as in `it('FT-A1: …')`; `tests/requirements.test.ts`
 * fails on an id that no test cites, and on a cited id that is not in either table.
 *
 * Ids that begin with `FT-` come from a field test: attacks (`A`) and lost sign-ins (`B`).
 */
export const GUARANTEES = {
  // ── A1: the host page ──────────────────────────────────────────────────────────────────────────
  'FT-A1a': 'The widget takes only the HTML script that runs for its own, whatever in the page has its name.',
  'FT-A1b': 'Markup that has the names of a document or of a form changes nothing that the widget reads.',
  'FT-A1c': 'No file of the widget reads a member of a document by a name that markup can take.',
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
  'FT-B1e': 'A page that was reloaded shows the session that it had, and collects its code.',
  'FT-B1f': 'What a page keeps over a reload is for one server and client, and is gone at the end.',
  'FT-B8a': 'After 8 s of waiting for the server the widget says so, and the person may try again.',
  'FT-B8b': 'An iframe that is not ready after 8 s gets a link that leads round it at the top level.',
} as const;
