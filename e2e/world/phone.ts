/** The sandbox's phone, by its script API. */

export interface Consent {
  readonly client: { readonly name: string; readonly origin: string };
  readonly scopes: readonly { readonly scope: string; readonly claims: readonly string[] }[];
  readonly requester: { readonly address: string; readonly user_agent: string; readonly origin: string | null };
  readonly verification: { readonly method: 'number'; readonly digits: 2 } | null;
}

/** A sign-in that this phone has scanned. */
export interface Scanned {
  readonly handle: string;
  readonly consent: Consent;
}

export interface Decided {
  readonly status: 'confirmed' | 'declined';
  readonly location: string | null;
  /** Whether the other screen has taken the sign-in over, where Beckon says. */
  readonly collected?: boolean;
}

/** Who may carry it; what each has and has not is in the sandbox's `people.ts` and its providers' accounts. */
export type Person = 'alma' | 'ben' | 'chloe' | 'dana';

/** Beckon's refusal, as the phone passes it on. */
export class PhoneRefused extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, status: number, description: string) {
    super(`${code}: ${description}`);
    this.code = code;
    this.status = status;
  }
}

export class Phone {
  readonly #sandbox: string;
  /** Whose phone it is: one of the sandbox's people. */
  readonly #person: Person;

  constructor(sandbox: string, person: Person = 'alma') {
    this.#sandbox = sandbox;
    this.#person = person;
  }

  /** @throws PhoneRefused */
  scan(text: string): Promise<Scanned> {
    return this.#post('scan', { text, person: this.#person });
  }

  /** What was pushed to the person who has that identifier, and waits. @throws PhoneRefused */
  inbox(user: string): Promise<readonly Scanned[]> {
    return this.#answered(fetch(`${this.#sandbox}/phone/inbox?${new URLSearchParams({ user })}`));
  }

  /** @throws PhoneRefused */
  approve({ handle }: Scanned, verification?: string): Promise<Decided> {
    return this.#post('approve', { handle, ...(verification === undefined ? {} : { verification }) });
  }

  /** @throws PhoneRefused */
  decline({ handle }: Scanned, reason: 'user' | 'not_me' = 'user'): Promise<Decided> {
    return this.#post('decline', { handle, reason });
  }

  #post<T>(action: string, body: unknown): Promise<T> {
    return this.#answered(
      fetch(`${this.#sandbox}/phone/${action}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }),
    );
  }

  async #answered<T>(asked: Promise<Response>): Promise<T> {
    const response = await asked;
    const answer = (await response.json()) as Record<string, string>;
    if (!response.ok) {
      throw new PhoneRefused(answer['error'] ?? '', response.status, answer['error_description'] ?? '');
    }
    return answer as T;
  }
}
