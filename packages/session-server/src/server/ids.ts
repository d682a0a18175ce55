import type { IncomingMessage } from 'node:http';
import { customAlphabet } from 'nanoid';
import { requestId } from '../telemetry/index.ts';

/** Base32 without look-alikes (Crockford's); 26 characters are 130 bits. All of it is QR alphanumeric. */
export const newId: () => string = customAlphabet('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 26);

/** The id of a request that no route answers: the caller's own, or a new one. */
export function idOf(request: IncomingMessage): string {
  return requestId(request.headers['x-request-id'], newId);
}
