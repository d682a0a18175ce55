import type { Person } from '../people.ts';
import type { Browser, Form, Page } from './browser/index.ts';

/** A provider's pages, as a person goes through them in the phone's browser. One file each in `apps/`. */
export interface ProviderPages {
  /** Whether this is a page of the provider's on which something is asked. */
  isAt(page: Page): boolean;
  /** Says yes as this person. @returns the page after the provider's last. @throws SandboxError */
  approve(browser: Browser, person: Person): Promise<Page>;
  /** Says no. @throws SandboxError */
  decline(browser: Browser): Promise<Page>;
}

/** The form of the page that has such a button; undefined when there is none. */
export function formWith(page: Page, name: string, value?: string): Form | undefined {
  return page.forms.find(({ buttons }) =>
    buttons.some((button) => button.name === name && (value === undefined || button.value === value)),
  );
}
