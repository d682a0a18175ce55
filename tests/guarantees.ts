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
  'FT-A3h':
    'Wrong tokens, secrets, links, callbacks and deliveries of one caller do not lock out right ones of its network.',
  'FT-A3i': 'Limits, sockets and polls are counted by /24, /64 and /48, and one network does not hold all places.',
  'FT-A3j':
    'A client that reads nothing of its answer is cut, a slow one is not; connections are bounded, and shared by networks.',
  'FT-A3k': 'Reading the public keys opens no private key, and looks at the store at most every two seconds.',
  'FT-A3l': 'Every route has a limit, but for those that are named with a reason.',
  'FT-A3m': 'Changing the way is counted by session and by network, and refused with Retry-After.',
  'FT-A3n': 'A page of another website starts no sign-in by what it loads from /authorize in the background.',
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
} as const;
