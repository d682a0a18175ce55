/**
 * `node src/server.ts [--port 4401] [--issuer URL] [--sandbox URL]`: the shop on its own. Also
 * what others import to run it in their process.
 */
import { parseArgs } from 'node:util';
import { createShop } from './shop.ts';
import type { ShopClient } from './oidc.ts';

export { createShop, type Shop, type ShopOptions } from './shop.ts';

export const DEMO_CLIENTS: readonly [ShopClient, ...ShopClient[]] = [
  { client_id: 'shop', client_secret: 'demo-shop-secret' },
  { client_id: 'shop-strict', client_secret: 'demo-shop-strict-secret' },
];

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4401' },
      issuer: { type: 'string', default: 'http://127.0.0.1:4400' },
      sandbox: { type: 'string', default: 'http://127.0.0.1:4402' },
    },
  });
  const { port, issuer, sandbox } = values;
  const url = `http://localhost:${port}`;
  const shop = createShop({ issuer, url, sandbox, clients: DEMO_CLIENTS });
  await shop.listen(Number(port));
  console.log(`shop ${url}`);
}
