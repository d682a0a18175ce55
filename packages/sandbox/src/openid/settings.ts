import type { Person } from '../people.ts';

/** What tells one provider from another. URLs are absolute, under the sandbox's own base. */
export interface OpenIdSettings {
  readonly name: string;
  /** Where the part is mounted, for example `/paswad`. */
  readonly mount: `/${string}`;
  readonly issuer: string;
  /** Below `mount`. */
  readonly paths: {
    readonly discovery: string;
    readonly jwks: string;
    readonly authorize: string;
    readonly token: string;
    readonly userinfo: string;
    readonly revocation: string;
    readonly end_session: string;
  };
  readonly client: { readonly id: string; readonly secret: string };
  readonly algorithm: 'RS256' | 'ES256';
  readonly scopes: readonly string[];
  /** Whether callbacks name the issuer (RFC 9207). */
  readonly sends_iss: boolean;
  /** What codes and tokens begin with. */
  readonly prefixes: { readonly code: string; readonly access: string; readonly refresh: string };
  readonly subjectOf: (person: Person) => string;
}
