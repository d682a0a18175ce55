import type { Consent } from '../app.ts';

export interface Person {
  readonly id: string;
  readonly claims: Readonly<Record<string, unknown>>;
}
export interface Settings {
  readonly people: readonly Person[];
  /** Beckon's issuer. */
  readonly beckon: string;
  readonly shop: string | null;
}
export interface Scanned {
  readonly handle: string;
  readonly consent: Consent;
}
export interface Decided {
  readonly status: 'confirmed' | 'declined';
  /** Where this phone's browser goes next, when the sign-in began in it. */
  readonly location: string | null;
  /** Whether the other screen has taken the sign-in over; left out where it is not said. */
  readonly collected?: boolean;
}

/** A refusal of the phone or of Beckon; `code` is `network` when there was no answer. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: string;
  constructor(code: string, description: string) {
    super(description);
    this.code = code;
  }
}

/** The phone's script API, as the page uses it. @throws Refusal */
export const phone: {
  settings(): Promise<Settings>;
  scan(text: string, person: string): Promise<Scanned>;
  approve(handle: string, verification: string | null): Promise<Decided>;
  decline(handle: string, reason: 'user' | 'not_me'): Promise<Decided>;
} = {
  settings: () => call('/phone/settings'),
  scan: (text, person) => call('/phone/scan', { text, person }),
  approve: (handle, verification) =>
    call('/phone/approve', verification === null ? { handle } : { handle, verification }),
  decline: (handle, reason) => call('/phone/decline', { handle, reason }),
};

async function call<T>(path: string, body?: unknown): Promise<T> {
  const post = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(path, body === undefined ? {} : post);
    answer = await response.json();
  } catch {
    throw new Refusal('network', 'the sandbox gave no answer');
  }
  if (response.ok) return answer as T;
  const { error, error_description } = answer as { error: string; error_description: string };
  throw new Refusal(error, error_description);
}
