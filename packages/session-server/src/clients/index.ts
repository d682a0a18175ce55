/**
 * Where clients are looked up. Owns the directory that is made of the configuration. Depends on the
 * contract `ClientDirectory` alone. Leaves what a client may do to those who ask for it.
 */
export { type LiveDirectory, directoryOf } from './directory.ts';
