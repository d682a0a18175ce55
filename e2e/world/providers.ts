/** The demo's identity apps as people know them, and the stand-ins' own pages as a person goes through them. */
import type { Locator, Page } from '@playwright/test';

export type ProviderId = 'wallet' | 'pasby' | 'didit' | 'krdpass' | 'uaepass' | 'paswad' | 'oidc';

/** What the choice of apps says. */
export const NAMES: Readonly<Record<ProviderId, string>> = {
  wallet: 'Sandbox Wallet',
  pasby: 'pasby',
  didit: 'Didit',
  krdpass: 'KRDPASS',
  uaepass: 'UAE PASS',
  paswad: 'Paswad',
  oidc: 'Example ID',
};

/** What the shop is told of Alma beyond her name: for each provider something that tells it from the others. */
export const ALMAS_CLAIMS: Readonly<Record<ProviderId, Readonly<Record<string, string | RegExp>>>> = {
  wallet: { locale: 'sv-SE', email_verified: 'true' },
  pasby: { gender: 'female', birthdate: '1990-04-17' },
  didit: { birthdate: '1990-04-17', email: 'alma@example.com' },
  // The citizen's record would tell more; the shop does not ask for it.
  krdpass: { email: 'alma@example.com' },
  uaepass: { acr: 'SOP1', email_verified: 'true' },
  paswad: { acr: 'phr', birthdate: '1990-04-17' },
  oidc: { acr: 'phr', locale: 'sv-SE' },
};

/** A provider that a browser goes to and comes back from. */
export type Redirecting = 'krdpass' | 'uaepass' | 'paswad' | 'oidc';

/** Alma goes through the provider's pages, as far as its last answer. */
export async function answerAt(
  provider: Redirecting,
  page: Page,
  decision: 'approve' | 'decline',
  person: 'Alma' | 'Ben' | 'Chloé' | 'Dana' = 'Alma',
): Promise<void> {
  const button = (name: string | RegExp): Locator => page.getByRole('button', { name });
  switch (provider) {
    case 'krdpass':
      await button(decision === 'decline' ? 'Decline' : new RegExp(`^Approve as ${person}`)).click();
      return;
    case 'uaepass': {
      if (decision === 'decline') {
        await button('Cancel').click();
        return;
      }
      await button(new RegExp(`^${person} .* · SOP`, 'iu')).click();
      const number = (await page.locator('#number').textContent()) ?? '';
      await button(number).click();
      return;
    }
    case 'paswad':
    case 'oidc':
      if (decision === 'approve') await page.getByRole('radio', { name: new RegExp(`^${person}`) }).check();
      await button(decision === 'approve' ? 'Approve' : 'Decline').click();
  }
}
