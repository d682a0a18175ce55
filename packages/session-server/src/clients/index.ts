/**
 * Where clients are looked up. Owns the directory, made of the configuration and of what operators registered in the
 * store, what they switched off, and that each process hears of both. Depends on the contract `ClientDirectory` and on the
 * store's. Leaves what a client may do to those who ask for it, and its checks to `config/`.
 */
export { clientAt, directoryOf, type LiveDirectory, registrationAt, TEMPORARY_MEMBERS } from './directory.ts';
export { clientsAtRest, createFollowing, type Following } from './following.ts';
export {
  type ClientsChange,
  type StoredClient,
  type StoredSecret,
  type StoredSwitch,
  type SwitchedThing,
  type TemporaryMember,
} from './kinds.ts';
export { BESIDE, createClientRegistry, MOST_CLIENTS, type ClientRegistry } from './registry.ts';
