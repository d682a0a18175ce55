import type { ReactNode } from 'react';
import type { ConnectorOffer, Mode } from '@beckon/protocol';
import type { Phase, SignInState } from '../session/index.ts';
import type { Translate } from '../messages/index.ts';
import type { QrDraw } from '../qr/index.ts';

export type { Phase };

type StateOf = { readonly [P in Phase]: Extract<SignInState, { readonly phase: P }> };

/** What a state shows. The frame around it (card, live region) stays in place from state to state. */
export interface Screen {
  readonly title: string;
  readonly lead: string;
  /** One sign above the title, where the words are all there is to see. */
  readonly emblem?: ReactNode;
  /** What the person looks at or works with, below the words. */
  readonly stage?: ReactNode;
  readonly actions?: ReactNode;
  /** What a screen reader hears in place of title and lead. */
  readonly said?: string;
  /** There is a code to scan here, or the person may ask for one: they are warned of codes from elsewhere. */
  readonly warns?: boolean;
}

/** What a state has to draw with. */
export interface View<P extends Phase = Phase> {
  readonly state: StateOf[P];
  readonly t: Translate;
  /** What the person calls the app. */
  readonly name: (connector: ConnectorOffer) => string;
  /** Null until what draws codes has come. */
  readonly qrDraw: QrDraw | null;
  /** The link to the app comes before the QR. */
  readonly handheld: boolean;
  /** Ms since the epoch, by this page's clock. */
  readonly now: () => number;
  /** Whether the person may turn to another app than the present one. */
  readonly mayChoose: boolean;
  readonly choose: (connector: ConnectorOffer, mode: Mode, identifier?: string) => void;
  readonly detour: (to: Detour | null) => void;
  /** The link on this device is being opened. */
  readonly arm: () => void;
  /** It was, and the app did not come up. */
  readonly stayed: boolean;
  /** Null where the page wants no second code. */
  readonly renew: (() => void) | null;
  readonly retry: () => void;
  /** The server's own page stands alone: opened in another browser it would not be that browser's sign-in. */
  readonly hosted: boolean;
  /** The website to open in another browser; null where that is not known. Undefined: this page is the website's. */
  readonly site: string | null | undefined;
  /** Null where the page around the widget is the way out. */
  readonly cancel: (() => void) | null;
  /** Cancels in any case: a request on a person's phone must be stoppable from here. */
  readonly abandon: () => void;
  /** The person says that they are the one who approved. */
  readonly confirm: () => void;
  readonly leave: (redirectTo: string) => void;
  /** Where the browser would not go without a click; null as long as it may. */
  readonly continueTo: string | null;
}

/** What the person turned to for a moment while the session stays as it is. */
export type Detour = { readonly to: 'choices' } | { readonly to: 'identifier'; readonly connector: ConnectorOffer };
