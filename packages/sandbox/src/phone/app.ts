import type { Person } from '../people.ts';
import type { Consent } from './beckon.ts';

/** A sign-in that an app on the phone asks its owner about. */
export interface Question {
  readonly consent: Consent;
  /** @throws SandboxError, BeckonError */
  decide(decision: Decision): Promise<Decided>;
}

export type Decision =
  | {
      readonly decision: 'approve';
      /** The digits that were typed, where the consent asks for them. */ readonly verification: string | null;
    }
  | { readonly decision: 'decline'; readonly reason: 'user' | 'not_me' };

export interface Decided {
  readonly status: 'confirmed' | 'declined';
  /** Where this phone's browser goes next, when the sign-in began in it. */
  readonly location: string | null;
  /** Whether the other screen has taken the sign-in over; left out where it is not said. */
  readonly collected?: boolean;
}

/** An identity app on the phone; one file each in `apps/`. */
export interface PhoneApp {
  /** Opens what a camera read or a link carried; null when it is none of this app's. @throws SandboxError, BeckonError */
  scan(text: string, person: Person): Promise<Question> | null;
  /** What was pushed to a person and waits, for apps that push: the same object for the same request. */
  inbox?(user: string): readonly Question[];
}
