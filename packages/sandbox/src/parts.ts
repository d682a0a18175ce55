import type { Part, PartContext } from './part.ts';
import { createDidit } from './didit/index.ts';
import { createKrdPass } from './krdpass/index.ts';
import { createOidc } from './oidc/index.ts';
import { createPaswad } from './paswad/index.ts';
import { createPasby } from './pasby/index.ts';
import { diditApp } from './phone/apps/didit.ts';
import { pasbyApp } from './phone/apps/pasby.ts';
import { krdPassApp } from './phone/apps/krdpass-link.ts';
import { krdPassPages } from './phone/apps/krdpass.ts';
import { openIdPages } from './phone/apps/openid.ts';
import { uaePassApp } from './phone/apps/uaepass-push.ts';
import { uaePassPages } from './phone/apps/uaepass.ts';
import { createPhone } from './phone/index.ts';
import { createUaePass } from './uaepass/index.ts';
import { createWallet } from './wallet/index.ts';

/** Every part, one line each. */
export async function openParts(context: PartContext): Promise<readonly Part[]> {
  const wallet = await createWallet(context);
  const didit = createDidit(context);
  const krdpass = await createKrdPass(context);
  const pasby = createPasby(context);
  const uaepass = createUaePass(context);
  const paswad = createPaswad(context);
  const oidc = createOidc(context);
  const pages = [
    krdPassPages(context.base),
    uaePassPages(context.base, uaepass.app),
    openIdPages(paswad.app),
    openIdPages(oidc.app),
  ];
  const apps = [diditApp(didit.app), pasbyApp(pasby.app), krdPassApp(krdpass.app), uaePassApp(uaepass.app)];
  return [
    { path: '/wallet', router: wallet.router },
    { path: '/didit', router: didit.router, upgrade: didit.upgrade },
    { path: '/krdpass', router: krdpass.router },
    { path: '/pasby', router: pasby.router },
    { path: '/uaepass', router: uaepass.router },
    { path: '/paswad', router: paswad.router },
    { path: '/oidc', router: oidc.router },
    { path: '/phone', router: createPhone(context, wallet, apps, pages) },
  ];
}
