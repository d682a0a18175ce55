import { type Secrets, sameBytes } from '../secrets/index.ts';
import type { Session } from '../session/index.ts';

/** Tokens for the forms of our pages, each for one browser and for what the page says. */
export interface Forms {
  /** `until`: the first millisecond at which the form does not count any more. */
  make(session: Session, browser_key: string, until: number): string;
  isOurs(session: Session, form_token: string, browser_key: string, now: number): boolean;
}

export function createForms(secrets: Pick<Secrets, 'mac' | 'macs'>): Forms {
  return {
    make(session, browser_key, until) {
      const mac = secrets.mac('form', formText(session, browser_key, until));
      return `${until}.${Buffer.from(mac).toString('base64url')}`;
    },
    isOurs(session, form_token, browser_key, now) {
      const [until = '', mac = ''] = form_token.split('.');
      if (!/^\d{1,15}$/.test(until) || now >= Number(until)) return false;
      const given = Buffer.from(mac, 'base64url');
      return secrets.macs('form', formText(session, browser_key, Number(until))).some((made) => sameBytes(made, given));
    },
  };
}

/** The choice is part of it: a page that says "Continue with A" must not lead to B because the other screen chose B meanwhile. */
function formText({ id, choice }: Session, browser_key: string, until: number): string {
  const ticket = choice?.ticket === undefined ? [] : [choice.ticket];
  return JSON.stringify([id, choice?.connector, choice?.mode, browser_key, until, ...ticket]);
}
