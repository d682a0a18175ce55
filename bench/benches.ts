/** All benches, in the order in which they run and are shown. */
import type { Bench } from './bench.ts';
import { bytes } from './rows/bytes.ts';
import { expiry } from './rows/expiry.ts';
import { ground } from './rows/ground.ts';
import { growth } from './rows/growth.ts';
import { idle } from './rows/idle.ts';
import { latency } from './rows/latency.ts';
import { signIn } from './rows/sign-in.ts';
import { start } from './rows/start.ts';
import { widget } from './rows/widget.ts';
import { workers } from './rows/workers.ts';

export const BENCHES: readonly Bench[] = [signIn, idle, latency, growth, expiry, bytes, workers, ground, start, widget];
