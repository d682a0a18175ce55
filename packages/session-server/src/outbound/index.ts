/**
 * Calls that leave the server. Owns their limits (time, size, no redirect), when a call is made again,
 * JSON answers, remote key sets, event streams, and which addresses may be called. Depends on timers.
 * Knows none of those that are called: the caller says what a failure means.
 */
export { callJson, type JsonAnswer, type JsonRequest, type Repeat } from './call-json.ts';
export { type CheckedPost, type CheckedPostOptions, createCheckedPost } from './checked-post.ts';
export { readEvents } from './event-stream.ts';
export { hostOf, isPublicName } from './hosts.ts';
export { isJsonObject, parseJson } from './json.ts';
export { createKeySet } from './key-set.ts';
export { createLimitedFetch, createLimitedStream } from './limited-fetch.ts';
export { networkReasonOf, type NetworkReason, wordsOfFailure } from './network-reason.ts';
export { OutboundError } from './outbound-error.ts';
export { createRemembered } from './remembered.ts';
export { failureOf, type OutboundContext, RETRY_WINDOW_MS } from './retry.ts';
export { retryAfterSeconds } from './retry-after.ts';
export { secureUrl, webAddress } from './web-address.ts';
