import type { Device } from '../session/index.ts';

/** What a wallet read from a QR code or an app link. */
export interface Scan {
  readonly session_id: string;
  readonly step: string;
  readonly mac: string;
}

/** What the phone shows before the person decides. */
export interface Consent {
  readonly client: { readonly name: string; readonly logo_uri: string | null; readonly origin: string };
  readonly scopes: readonly { readonly scope: string; readonly claims: readonly string[] }[];
  readonly requester: {
    /** Its beginning, for people to read: `192.0.2.…`. */
    readonly address: string;
    readonly user_agent: string;
    readonly origin: string | null;
    /** False where they are on two networks, or where that is not known; null where the client does not want it compared. */
    readonly same_network: boolean | null;
  };
  readonly verification: { readonly method: 'number'; readonly digits: 2 } | null;
  /** Of which the token that approves should have one as `acr`, best first. Missing: the website asks for none. */
  readonly acr_values?: readonly string[];
  readonly retrieval_token: string;
  /** Unix seconds. */
  readonly expires_at: number;
}

/** The wallet app on the phone, which calls with a token of its own. */
export interface WalletPort {
  /** `GET /session/{id}/information`: the first wallet to come claims the session. */
  retrieve(scan: Scan, access_token: string, phone: Device): Promise<Consent>;
  /** `POST /session/{id}/update`. */
  update(
    session_id: string,
    access_token: string,
    decision: {
      readonly decision: 'approve' | 'decline';
      readonly accepted_scopes: readonly string[];
      readonly verification: string | null;
      readonly retrieval_token: string;
      readonly reason: 'user' | 'not_me';
    },
  ): Promise<{ readonly status: 'confirmed' | 'declined'; readonly location: string | null }>;
  /**
   * Whether the browser that began has collected the code of a session that the phone just
   * confirmed; waits for it up to 2 s. @throws FlowError `session_not_found`
   */
  collected(session_id: string): Promise<boolean>;
}
