/** What went wrong, as far as those know to whom it happened. */
export type Trouble =
  /** The session server refused, in its own words. */
  | { readonly of: 'refusal'; readonly code: string; readonly description: string }
  /**
   * A call of the session server, or of `request-url`, got no answer that scripts may read (null), or one that is not
   * what was asked for. `last`: it is not tried again.
   */
  | {
      readonly of: 'server' | 'request_url';
      readonly url: string;
      readonly answer: Response | null;
      readonly last: boolean;
    }
  /** No WebSocket to there ever opened. */
  | { readonly of: 'socket'; readonly url: string }
  /** The iframe said nothing in time, or the page's policy forbids it (`blocked`). `shown`: what is in it, null where it is another origin's. */
  | {
      readonly of: 'frame';
      readonly src: string;
      readonly origin: string;
      readonly blocked: boolean;
      readonly shown: Document | null;
    }
  /** The script has attributes, and runs as a module. */
  | { readonly of: 'module' }
  /** Nothing in the page matches `data-target`. */
  | { readonly of: 'target'; readonly selector: string }
  /** A person pressed the link that leads the top page on, and this page is still there. */
  | { readonly of: 'link' };

/** Tells the developer, where it is a mistake of theirs. Resolves with its code, or null: not known to be one. */
export type Explain = (trouble: Trouble) => Promise<string | null>;
