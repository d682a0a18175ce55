import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, REQUEST, SHOP_ORIGIN, startHarness } from '../test-support/harness.ts';

/** A disk of 2 MiB, for real. Only root may mount one: elsewhere the codes of SQLite are tested in `sqlite.test.ts`. */
const disk = mkdtempSync(join(tmpdir(), 'beckon-disk-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]).status === 0;

afterAll(() => {
  if (mounted) spawnSync('umount', [disk]);
  rmdirSync(disk);
});

describe.skipIf(!mounted)('a disk that is full', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({ store: `sqlite:${join(disk, 'beckon.db')}` }, {}, join(disk, 'beckon.db'));
    return () => harness.close();
  });
  const filler = join(disk, 'filler');
  /** Other programs take all that is left. */
  const fill = (): void => {
    try {
      for (;;) appendFileSync(filler, Buffer.alloc(4096));
    } catch (error) {
      expect(error).toMatchObject({ code: 'ENOSPC' });
    }
  };
  const linesOf = (event: string): Record<string, unknown>[] =>
    harness.log.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => line['event'] === event);

  it('FT-C5f: is named in the log once, answered with 503, and no readiness; with room again all goes on by itself', async () => {
    expect((await harness.post('/session', REQUEST, { origin: SHOP_ORIGIN })).status).toBe(201);
    fill();
    for (let n = 0; n < 50; n += 1) {
      const refused = await harness.post('/session', REQUEST, { origin: SHOP_ORIGIN });
      expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([503, true]);
      expect(await refused.json()).toMatchObject({ error: 'server_error' });
    }
    const ready = await fetch(`${harness.url}/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({
      error: 'server_error',
      error_description: 'not ready: store: disk_full (the disk is full)',
    });
    expect(await harness.server.ready()).toBe(false);
    expect(linesOf('the store fails')).toMatchObject([
      { level: 'error', error: 'disk_full', detail: 'the disk is full', err: { name: 'StoreError' } },
    ]);
    expect(linesOf('not ready')).toMatchObject([{ level: 'error', name: 'store', error: 'disk_full' }]);
    expect(linesOf('request failed')).toEqual([]);
    expect(harness.log.join(''), 'the path of the store').not.toContain(disk);

    rmSync(filler);
    harness.clock.advance(10_000);
    expect((await fetch(`${harness.url}/ready`)).status).toBe(200);
    expect((await harness.post('/session', REQUEST, { origin: SHOP_ORIGIN })).status).toBe(201);
    expect([linesOf('the store works again').length, linesOf('ready again').length]).toEqual([1, 1]);
  });
});
