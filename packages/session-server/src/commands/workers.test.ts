import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import type { Snapshot } from '@beckon/protocol';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CliFolder, createCliFolder } from '../test-support/cli-folder.ts';
import { type WalletIssuer, startWalletIssuer } from '../test-support/harness.ts';
import {
  type WorkersWorld,
  approve,
  begin,
  redeem,
  scan,
  startWorkersWorld,
  tokenOf,
} from '../test-support/workers-world.ts';

/** One server as several processes: what a phone, a browser and an operator notice of it. */
vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 });

let cli: CliFolder;
let wallet: WalletIssuer;
beforeAll(async () => {
  cli = await createCliFolder('workers');
  wallet = await startWalletIssuer({ now: Date.now });
});
afterAll(async () => {
  vi.resetConfig();
  await wallet.close();
  await rm(cli.folder, { recursive: true });
});

describe('two workers', () => {
  let world: WorkersWorld;
  beforeAll(async () => {
    world = await startWorkersWorld(cli, { workers: 2, wallet, name: 'two', config: 'rateLimitFactor: 100,' });
  });
  afterAll(async () => {
    await world.stop();
  });

  it('a phone at one worker signs in a browser that watches at the other', async () => {
    const token = await tokenOf(wallet);
    const [browser, page, phone] = [await world.connect(1), await world.connect(1), await world.connect(2)];
    const session = await begin(page);
    const watching = browser.watch(session);
    await watching.until('initialized');
    const retrieval = await scan(phone, session, token);
    await watching.until('retrieved');
    await approve(phone, session, token, retrieval);
    const { snapshot } = await watching.until('confirmed');
    expect(await redeem(phone, snapshot)).toBe(200);
    await watching.until('completed');
    for (const each of [browser, page, phone]) each.close();
  });

  it('a change reaches a watcher at the other worker in a few ms', async () => {
    const token = await tokenOf(wallet);
    const [page, phone] = [await world.connect(1), await world.connect(2)];
    const took: number[] = [];
    for (let n = 0; n < 20; n += 1) {
      const browser = await world.connect(1);
      const session = await begin(page);
      const watching = browser.watch(session);
      await watching.until('initialized');
      const retrieval = await scan(phone, session, token);
      await watching.until('retrieved');
      const sent = await approve(phone, session, token, retrieval);
      took.push((await watching.until('confirmed')).at - sent);
      watching.socket.close();
    }
    const sorted = took.toSorted((a, b) => a - b);
    expect(sorted[10], 'not by looking from time to time').toBeLessThan(250);
    for (const each of [page, phone]) each.close();
  });

  it('a long poll at the other worker is answered too', async () => {
    const token = await tokenOf(wallet);
    const [browser, phone] = [await world.connect(1), await world.connect(2)];
    const session = await begin(browser);
    const begun = performance.now();
    const held = browser.call<Snapshot>(
      'GET',
      `/session/${session.session_id}/status?after=${session.version}&wait=25`,
      undefined,
      session.session_secret,
    );
    await scan(phone, session, token);
    expect((await held).body.status).toBe('retrieved');
    expect(performance.now() - begun).toBeLessThan(5_000);
    for (const each of [browser, phone]) each.close();
  });

  it.each(['initialized', 'retrieved', 'confirmed'] as const)(
    'the worker of browser and phone is killed at %s: another takes its place, and the sign-in ends well',
    async (status) => {
      const token = await tokenOf(wallet);
      let [browser, phone] = [await world.connect(2), await world.connect(2)];
      const session = await begin(phone);
      const watching = browser.watch(session);
      await watching.until('initialized');
      const kill = async (): Promise<void> => {
        const from = world.log.length;
        process.kill(world.pidOf(2), 'SIGKILL');
        if (watching.socket.readyState !== watching.socket.CLOSED) await once(watching.socket, 'close');
        await world.says(['a worker ended', '"worker":2', 'SIGKILL'], from);
        // The widget comes back where it can: at first that is the other worker.
        browser = await world.connect(1);
        phone = await world.connect(1);
      };
      if (status === 'initialized') await kill();
      const retrieval = await scan(phone, session, token);
      if (status === 'retrieved') await kill();
      if (status === 'confirmed') {
        // A browser that watches would collect the code at once.
        watching.socket.close();
        await once(watching.socket, 'close');
      }
      await approve(phone, session, token, retrieval);
      if (status === 'confirmed') await kill();
      const { snapshot } = await browser.watch(session).until('confirmed');
      expect(await redeem(phone, snapshot)).toBe(200);
      // The place is taken again.
      (await world.connect(2)).close();
      phone.close();
    },
  );
});
