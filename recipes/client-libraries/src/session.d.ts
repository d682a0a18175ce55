import 'express-session';
import 'fastify';

declare module 'express-session' {
  /** What these websites remember of a browser. */
  interface SessionData {
    login: { readonly state: string; readonly nonce: string; readonly verifier: string };
    authorization: { readonly state: string; readonly verifier: string };
    user: { readonly name?: string };
    idToken: string;
  }
}

declare global {
  namespace Express {
    /** What Passport remembers. */
    interface User {
      readonly name: string;
      readonly idToken: string;
    }
  }
}

declare module 'fastify' {
  interface Session {
    user?: { readonly name?: string };
    idToken?: string;
  }
}
