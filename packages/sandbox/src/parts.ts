import type { Part, PartContext } from './part.ts';
import { createDidit } from './didit/index.ts';
import { createKrdPass } from './krdpass/index.ts';
import { diditApp } from './phone/apps/didit.ts';
import { createPhone } from './phone/index.ts';
import { createUaePass } from './uaepass/index.ts';
import { createWallet } from './wallet/index.ts';

/** Every part, one line each. */
export async function openParts(context: PartContext): Promise<readonly Part[]> {
  const wallet = await createWallet(context);
  const didit = await createDidit(context);
  const krdpass = await createKrdPass(context);
  const uaepass = createUaePass(context);
  return [
    { path: '/wallet', router: wallet.router },
    { path: '/didit', router: didit.router, upgrade: didit.upgrade },
    { path: '/krdpass', router: krdpass.router },
    { path: '/uaepass', router: uaepass.router },
    { path: '/phone', router: createPhone(context, wallet, [diditApp(didit.app)]) },
  ];
}
