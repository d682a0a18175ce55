import type { Part, PartContext } from './part.ts';
import { createPhone } from './phone/index.ts';
import { createUaePass } from './uaepass/index.ts';
import { createWallet } from './wallet/index.ts';

/** Every part, one line each. */
export async function openParts(context: PartContext): Promise<readonly Part[]> {
  const wallet = await createWallet(context);
  const uaepass = createUaePass(context);
  return [
    { path: '/wallet', router: wallet.router },
    { path: '/uaepass', router: uaepass.router },
    { path: '/phone', router: createPhone(context, wallet) },
  ];
}
