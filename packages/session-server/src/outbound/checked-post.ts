import type { LookupAddress } from 'node:dns';
import ipaddr from 'ipaddr.js';
import type { Timers } from '../jobs/timers-port.ts';
import { withReason } from './network-reason.ts';

/** A call may take this long, in ms, answer included. */
const TIME_LIMIT_MS = 10_000;
/** Of an answer at most so much is read, in bytes: it says nothing that is used. */
const READ_BYTES = 16_384;

export interface CheckedPostOptions {
  readonly timers: Pick<Timers, 'limit'>;
  /** Whether addresses of loopback and of private networks may be called. */
  readonly allowPrivate: boolean;
  /** Looks a host name up; all of its addresses. Default: as Node does. For tests. */
  readonly resolve?: (host: string) => Promise<readonly LookupAddress[]>;
}

/**
 * Posts to an address that a website's developer wrote. The address that is checked is the one that is connected to:
 * between the two no name is looked up again. Follows no redirect.
 * @returns the status of the answer
 */
export type CheckedPost = (url: string, headers: Readonly<Record<string, string>>, body: string) => Promise<number>;

export function createCheckedPost({ timers, allowPrivate, resolve = lookUp }: CheckedPostOptions): CheckedPost {
  const isAllowed = (address: string): boolean => allowPrivate || isPublic(address);
  return async (text, headers, body) => {
    const url = new URL(text);
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    const found = ipaddr.isValid(host) ? [{ address: host, family: host.includes(':') ? 6 : 4 }] : await resolve(host);
    // One address that is not public is enough to refuse: which of them is taken is not the developer's to choose.
    const bad = found.find(({ address }) => !isAllowed(address));
    if (bad !== undefined || found.length === 0)
      throw withReason(new Error(found.length === 0 ? 'no address' : 'the address is not public'), 'private_address');
    // As `http/node-server.ts` does: an `import` would load what the start does not need.
    const { request } =
      url.protocol === 'https:' ? process.getBuiltinModule('node:https') : process.getBuiltinModule('node:http');
    return new Promise((done, failed) => {
      const call = request(
        url,
        {
          method: 'POST',
          headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
          agent: false,
          signal: timers.limit(TIME_LIMIT_MS),
          lookup: (_host, options, answer) => {
            const [first] = found;
            if (options.all === true) answer(null, [...found]);
            else answer(null, first?.address ?? '', first?.family);
          },
        },
        (response) => {
          const { statusCode: status = 0 } = response;
          let read = 0;
          const end = (): void => {
            response.destroy();
            done(status);
          };
          response.on('data', (chunk: Buffer) => {
            read += chunk.length;
            if (read > READ_BYTES) end();
          });
          response.on('end', end);
          response.on('error', failed);
        },
      );
      call.on('error', (error) => {
        const { name } = error;
        failed(name === 'AbortError' || name === 'TimeoutError' ? withReason(error, 'time_limit') : error);
      });
      call.end(body);
    });
  };
}

/** Whether it is an address that anybody can be reached at. */
export function isPublic(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}

async function lookUp(host: string): Promise<readonly LookupAddress[]> {
  const { lookup } = process.getBuiltinModule('node:dns/promises');
  return lookup(host, { all: true });
}
