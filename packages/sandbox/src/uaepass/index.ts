/**
 * A stand-in for UAE PASS: `/uaepass/idshub/authorize`, `token`, `userinfo`, `introspect`, `logout`,
 * with its staging client and accounts of every level (SOP1, SOP2, SOP3, a visitor). Owns what was
 * begun there. Leaves the phone to `phone`, which answers in the app by `UaePassApp`.
 *
 * Sources: the document that this project began with, and docs.uaepass.ae. Two things differ from
 * the real one: numbers may also be chosen on the page, for people who have no app at hand; and who is
 * signed in already is asked whether to go on as the same, so that a demo can change the person.
 */
export { createUaePass, type UaePass } from './uaepass.ts';
export type { UaePassApp, UaePassRequest } from './app.ts';
