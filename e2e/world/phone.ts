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
}

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
  readonly #person: string;

  constructor(sandbox: string, person: 'alma' | 'ben' = 'alma') {
    this.#sandbox = sandbox;
    this.#person = person;
  }

  /** @throws PhoneRefused */
  scan(text: string): Promise<Scanned> {
    return this.#post('scan', { text, person: this.#person });
  }

  /** @throws PhoneRefused */
  approve({ handle }: Scanned, verification?: string): Promise<Decided> {
    return this.#post('approve', { handle, ...(verification === undefined ? {} : { verification }) });
  }

  /** @throws PhoneRefused */
  decline({ handle }: Scanned): Promise<Decided> {
    return this.#post('decline', { handle });
  }

  async #post<T>(action: string, body: unknown): Promise<T> {
    const response = await fetch(`${this.#sandbox}/phone/${action}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as Record<string, string>;
    if (!response.ok) {
      throw new PhoneRefused(answer['error'] ?? '', response.status, answer['error_description'] ?? '');
    }
    return answer as T;
  }
}
