/**
 * The iframe embed. Owns both ends of it: the host, which a page runs, and the guest, which the
 * hosted sign-in page runs inside; what they say, and whom they believe. Depends on the wire
 * contract and the copy: a page that only hosts the iframe downloads nothing that draws. Leaves the script
 * tag's attributes to `standalone`, and what is in the iframe to the hosted page.
 */
export { type Guest, type GuestOptions, connectToHost } from './guest.ts';
export { type FrameOptions, type MountedFrame, mountFrame } from './host.ts';
