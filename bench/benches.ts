/** All benches, in the order in which they run and are shown. */
import type { Bench } from './bench.ts';
import { ground } from './rows/ground.ts';

export const BENCHES: readonly Bench[] = [ground];
