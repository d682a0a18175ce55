/** The widget as a person sees it, wherever it is: in the page, in a shadow root, in an iframe. */
import { expect, type FrameLocator, type Locator, type Page } from '@playwright/test';
import type { Phone, Scanned } from './phone.ts';
import { scanScreen } from './qr.ts';

export type Phase =
  | 'starting'
  | 'choosing'
  | 'busy'
  | 'identifier'
  | 'direct'
  | 'qr'
  | 'same_device'
  | 'retrieved'
  | 'confirmed'
  | 'completed'
  | 'declined'
  | 'expired'
  | 'cancelled'
  | 'failed';

export class SignInView {
  readonly root: Locator;
  readonly qr: Locator;
  /** The two digits of number matching. */
  readonly number: Locator;

  /** `place`: the page, or the frame that the widget is in. */
  constructor(place: Page | FrameLocator) {
    this.root = place.locator('.beckon[data-phase]');
    this.qr = this.root.locator('.bk-qr');
    this.number = this.root.locator('.bk-number');
  }

  async reaches(phase: Phase, options: { readonly timeout?: number } = {}): Promise<void> {
    await expect(this.root).toHaveAttribute('data-phase', phase, options);
  }

  /** Takes the app of that name, where several are offered. */
  async choose(name: string): Promise<void> {
    await this.reaches('choosing');
    await this.root.locator('.bk-choice').filter({ hasText: name }).click();
  }

  /** Turns to a way beside the main one, which is behind a disclosure where there are several. */
  async otherWay(name: string | RegExp): Promise<void> {
    const way = this.root.getByRole('button', { name });
    const closed = this.root.getByRole('button', { name: 'Other ways to sign in', expanded: false });
    await expect(way.or(closed).first()).toBeVisible();
    if (!(await way.isVisible())) await closed.click();
    await way.click();
  }

  /** The link that opens the app, or the provider's page, on this very device. */
  async link(): Promise<Locator> {
    await this.reaches('same_device');
    return this.root.locator('a.bk-primary');
  }

  /** Reads the code off the screen, as a camera would. */
  async read(): Promise<string> {
    await this.reaches('qr');
    // The place of the code is there before what draws it.
    await expect(this.qr).toHaveAttribute('data-frame', 'current');
    return scanScreen(this.qr);
  }

  /** Scans with that phone and waits until the page says so. */
  async scan(phone: Phone): Promise<Scanned> {
    const scanned = await phone.scan(await this.read());
    await this.reaches('retrieved');
    return scanned;
  }

  /** The digits on the screen, read as text. */
  async digits(): Promise<string> {
    await expect(this.number).toBeVisible();
    return ((await this.number.textContent()) ?? '').replaceAll(/\D/g, '');
  }
}

/** What the shop was told of the person who is signed in, `claim: text`; objects are JSON there. */
export async function claimsInclude(page: Page, claims: Readonly<Record<string, string | RegExp>>): Promise<void> {
  for (const [claim, text] of Object.entries(claims)) {
    const shown = page.locator(`[data-claim=${claim}]`).first();
    await expect(shown, claim).toHaveText(text);
  }
}

/** The shop shows who is signed in: its backend has redeemed the code and read the claims. */
export async function isSignedInAs(page: Page, name: string): Promise<void> {
  await expect(page).toHaveURL(/\/me$/);
  await expect(page.locator('[data-claim=name]').first()).toHaveText(name);
}
