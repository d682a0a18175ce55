declare namespace NodeJS {
  /** What each website here is told from outside. */
  interface ProcessEnv {
    /** Beckon's address, its issuer identifier: `https://id.example.com`. */
    readonly ISSUER: string;
    readonly CLIENT_ID: string;
    readonly CLIENT_SECRET: string;
    /** The website's own origin: `https://shop.example`. */
    readonly SITE: string;
    /** What the website signs or seals its own cookies with, at least 32 random bytes. */
    readonly COOKIE_SECRET: string;
  }
}
