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
  'FT-A4a': 'The link that the phone page hands on has the step of the frame that was scanned.',
  'FT-A4b': 'A copy of a code, however often it is copied, is over 60 s after the beginning of its frame.',
  'FT-A4c': 'A form of the phone page is over at that same moment; looking again renews nothing.',
  // ── A5: reauthentication ───────────────────────────────────────────────────────────────────────
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
  // ── A8: UAE PASS ───────────────────────────────────────────────────────────────────────────────
  // ── A9: wallet issuers ─────────────────────────────────────────────────────────────────────────
  // ── A10: who is being signed in ────────────────────────────────────────────────────────────────
  // ── A11: numbers ───────────────────────────────────────────────────────────────────────────────
  // ── A12: smaller ───────────────────────────────────────────────────────────────────────────────
  'FT-A12a': 'People and wallets are shown only the beginning of the browser’s address.',
  'FT-A12b': 'A forged code on the phone page counts as one at the wallet’s call.',
  // ── A13: what docs/security.md says ────────────────────────────────────────────────────────────
  // ── B: sign-ins that were lost ─────────────────────────────────────────────────────────────────
} as const;
