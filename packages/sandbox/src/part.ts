import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Router } from 'express';
import type { Person } from './people.ts';

/** What every part may use of the sandbox. */
export interface PartContext {
  /** The sandbox's own base URL, with no trailing slash. */
  readonly base: string;
  /** The Beckon that the parts work with, and the shop that the phone links to. */
  readonly beckon: { readonly issuer: string; readonly codesAt: string | null; readonly shop: string | null };
  readonly people: readonly Person[];
  /** Ms since the epoch. */
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
}

/** Something that the sandbox stands in for, mounted under its path. */
export interface Part {
  readonly path: `/${string}`;
  readonly router: Router;
  /** Takes WebSockets; the request's URL has lost `path`, as in the router. */
  readonly upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}
