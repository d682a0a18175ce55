/**
 * A stand-in for pasby: its flow API of both versions under `/pasby/api`, with QR seeds, same-device
 * links, pushes, event streams, ping, cancel and its limit of 100 requests a minute. Owns the
 * requests that were begun there, and who has a pasby. Leaves the phone to `phone`, which answers in
 * the app by `PasbyApp`.
 *
 * Sources: the document that this project began with, pasby's published SDK and sample code. Not
 * documented, so made up here: what an event of the stream carries (as ping), when `requestee` is
 * filled (with the pick), and the words of some refusals. `/pasby/sandbox` tells its app's
 * credentials and makes it misbehave.
 */
export { createPasby, type Pasby } from './pasby.ts';
export { PASBY_APP } from './registered-app.ts';
export type { PasbyApp, PasbyQuestion } from './app.ts';
