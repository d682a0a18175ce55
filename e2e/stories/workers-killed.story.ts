import { expect, isSignedInAs, shows, story } from '../story.ts';
import type { World } from '../world/world.ts';

story.use({ workers: 2 });

const GONE = /WebSocket connection to .* failed|ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE/;

/** The processes that serve now, as the log says: each worker's newest. */
function pids({ server }: World): readonly number[] {
  const newest = new Map<number, number>();
  for (const line of server.output.split('\n')) {
    if (!line.includes('"a worker starts"')) continue;
    const { worker, pid } = JSON.parse(line) as { readonly worker: number; readonly pid: number };
    newest.set(worker, pid);
  }
  return [...newest.values()];
}

/** `kill -9` of all workers: the story cannot see which one the browser is connected to. The primary process starts others. */
async function killWorkers(world: World): Promise<void> {
  const before = pids(world);
  expect(before).toHaveLength(2);
  for (const pid of before) process.kill(pid, 'SIGKILL');
  await expect.poll(() => pids(world).filter((pid) => !before.includes(pid)).length).toBe(2);
}

story(
  'kill -9 of every worker, at each status @long',
  shows('WORKERS-KILL'),
  async ({ page, world, phone, signIn, problems }) => {
    problems.expect(GONE);
    await page.goto(`${world.shop}/login`);
    await signIn.reaches('qr');
    await killWorkers(world);
    // A phone has no page of its own to try again in: it scans once there is a server.
    await expect.poll(async () => (await fetch(`${world.issuer}/ready`).catch(() => null))?.status).toBe(200);
    const scanned = await signIn.scan(phone);
    await signIn.reaches('retrieved');
    await killWorkers(world);
    await expect.poll(async () => (await fetch(`${world.issuer}/ready`).catch(() => null))?.status).toBe(200);
    // The browser is away while its sign-in is confirmed, and finds it so at a worker that never saw it.
    await page.route(`${world.issuer}/session/**`, (route) => route.abort());
    problems.expect(/ERR_FAILED/);
    world.wire.cut();
    expect(await phone.approve(scanned)).toMatchObject({ status: 'confirmed' });
    await killWorkers(world);
    world.wire.mend();
    await page.unroute(`${world.issuer}/session/**`);
    await isSignedInAs(page, 'Alma Exempel');
  },
);
