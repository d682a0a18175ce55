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
  // ── A5: reauthentication ───────────────────────────────────────────────────────────────────────
  // ── A6: the link on the same device ────────────────────────────────────────────────────────────
  // ── A7: pasby's answers ────────────────────────────────────────────────────────────────────────
  'FT-A7':
    'A pasby request counts as completed only with a person, a signature that names request and person, and a time inside its life or a claim that opens.',
  // ── A8: UAE PASS ───────────────────────────────────────────────────────────────────────────────
  // ── A9: wallet issuers ─────────────────────────────────────────────────────────────────────────
  // ── A10: who is being signed in ────────────────────────────────────────────────────────────────
  // ── A11: numbers ───────────────────────────────────────────────────────────────────────────────
  // ── A12: smaller ───────────────────────────────────────────────────────────────────────────────
  // ── A13: what docs/security.md says ────────────────────────────────────────────────────────────
  // ── B: sign-ins that were lost ─────────────────────────────────────────────────────────────────
  'FT-B4a': 'Garbage on a stream of pasby, or none for 6 s, and pasby is asked instead.',
  'FT-B4b': 'A process that dies with a code of Didit loses no sign-in: the next one exchanges it, or reads another.',
  'FT-B4c': 'A status word of Didit that no document has leaves no dead code on the screen.',
  'FT-B4d': 'An answer of Didit without the id_token that openid is owed signs nobody in.',
  'FT-B7a': 'pasby says the website and the purpose of each sign-in, and is asked for what the website asked for.',
  'FT-B7b': "pasby's own claims are named like its connector.",
  'FT-B7c': 'Gender is spelled as OpenID Connect spells it.',
} as const;
