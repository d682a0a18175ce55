import type { Person } from '../people.ts';

/** What Beckon answers a wallet that asks about a session. */
export interface Consent {
  readonly client: { readonly name: string; readonly logo_uri: string | null; readonly origin: string };
  readonly scopes: readonly { readonly scope: string; readonly claims: readonly string[] }[];
  /** Who started the sign-in, as Beckon saw it. `same_network` is null where Beckon does not say. */
  readonly requester: {
    readonly address: string;
    readonly user_agent: string;
    readonly origin: string | null;
    readonly same_network: boolean | null;
  };
  readonly verification: { readonly method: 'number'; readonly digits: number } | null;
  readonly retrieval_token: string;
  /** Unix seconds. */
  readonly expires_at: number;
}

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
