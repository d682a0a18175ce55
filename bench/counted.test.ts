import { describe, expect, it } from 'vitest';
import { ISSUER, SHOP_ORIGIN, SHOP_SECRET, startHarness } from '../packages/session-server/src/test-support/harness.ts';
import { CEILINGS } from './ceilings.ts';
import { installedWith } from './installed.ts';
import { bytesOf } from './world/bytes.ts';

describe('what is counted does not grow', () => {
  it('the bytes of a sign-in', async () => {
    const harness = await startHarness();
    try {
      const { wire, snapshot, push } = await bytesOf({
        url: harness.url,
        issuer: ISSUER,
        wallet: { token: () => harness.wallet.token() },
        shop: {
          client_id: 'shop',
          client_secret: SHOP_SECRET,
          redirect_uri: `${SHOP_ORIGIN}/callback`,
          origin: SHOP_ORIGIN,
        },
      });
      expect(wire, 'bytes on the wire').toBeLessThanOrEqual(CEILINGS.wire);
      expect(snapshot, 'bytes of the first snapshot').toBeLessThanOrEqual(CEILINGS.snapshot);
      expect(push, 'bytes of the largest push').toBeLessThanOrEqual(CEILINGS.push);
    } finally {
      await harness.close();
    }
  });

  it('the packages that are installed with what is published', () => {
    const server = installedWith('packages/session-server');
    expect(server.length, `of the server: ${server.join(', ')}`).toBeLessThanOrEqual(CEILINGS.server_packages);
    const widget = installedWith('packages/widget');
    expect(widget.length, `of the widget: ${widget.join(', ')}`).toBeLessThanOrEqual(CEILINGS.widget_packages);
  });
});
