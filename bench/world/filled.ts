/** A server with a store in which many sessions live. */
import type { Filling } from '../insides/fill.ts';
import { startChild } from './children.ts';
import { type Beckon, type BeckonOptions, startBeckon } from './server.ts';
import { createVisitors, inParallel } from './sign-in.ts';

/** Sessions that begin over HTTP. The others are copies of them. */
const REAL = 200;

/** The server that answers is started after the filling, on the file as it is then. */
export async function startFilledBeckon(
  options: BeckonOptions,
  filling: Filling,
): Promise<Beckon & { readonly ends_at: number }> {
  const first = await startBeckon(options);
  const visitors = await createVisitors(first);
  await inParallel(Math.min(REAL, filling.sessions), 16, async () => visitors.begin(await visitors.push()));
  visitors.close();
  await first.stop();
  const { secret, subjectSecret } = first.secrets;
  const child = startChild({
    name: 'filling the store',
    script: new URL('../insides/fill.ts', import.meta.url),
    nodeArgs: ['--conditions=@beckon/source'],
    args: [first.file, secret, subjectSecret],
  });
  let ends_at: number;
  try {
    ends_at = await child.ask<number>('fill', filling);
  } finally {
    await child.stop();
  }
  return { ...(await startBeckon({ ...options, secrets: first.secrets })), ends_at };
}
