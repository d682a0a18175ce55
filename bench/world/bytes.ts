/** The bytes of one sign-in across devices. They are counted, so that every run has the same. */
import { type SignInParties, createVisitors } from './sign-in.ts';
import { createWire } from './wire.ts';

export interface Bytes {
  /** Everything that the website, the page and the phone send to the server, and its answers, with HTTP's heads. */
  readonly wire: number;
  /** The first snapshot that a watcher gets. */
  readonly snapshot: number;
  /** The largest push after it. */
  readonly push: number;
}

export async function bytesOf(parties: SignInParties): Promise<Bytes> {
  const wire = await createWire(parties.url);
  const visitors = await createVisitors({ ...parties, url: wire.url });
  try {
    // The server asks for the wallet's keys once.
    await visitors.signIn();
    wire.take();
    const pushed = await visitors.push();
    const begun = await visitors.begin(pushed);
    const watching = await visitors.watch(begun);
    await visitors.approve(await visitors.scan(begun));
    const { redirect_to } = await watching.until('confirmed');
    await visitors.redeem(pushed, redirect_to);
    await watching.until('completed');
    const { sent, received } = wire.take();
    watching.socket.close();
    const [snapshot = 0, ...pushes] = watching.bytes();
    return { wire: sent + received, snapshot, push: Math.max(...pushes) };
  } finally {
    visitors.close();
    await wire.close();
  }
}
