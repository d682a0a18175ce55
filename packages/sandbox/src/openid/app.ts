import type { Person } from '../people.ts';

/** What a person does on the provider's page, for the phone's script API. */
export interface OpenIdApp {
  /** Whether an address is the page's. */
  readonly authorizeUrl: string;
  readonly name: string;
  /** What the person would enter on the page. */
  fieldsOf(person: Person): Readonly<Record<string, string>>;
}
