import { SandboxError } from '../http/errors.ts';
import type { Person } from '../people.ts';
import { STANDARD_NAMES, type PasbyAccount, type PasbyAccounts } from './accounts.ts';
import { PASBY_APP } from './registered-app.ts';
import type { FlowRequest, Requests } from './requests.ts';
import type { Seeds } from './seeds.ts';

/** What the app asks its owner. */
export interface PasbyQuestion {
  readonly request: string;
  readonly nin: string;
  readonly app: string;
  /** What the relying party says that it is for. */
  readonly payload: string;
  readonly ip: string;
  readonly useragent: string;
  /** What will be shared, by group; by standard names where there are any. */
  readonly groups: readonly { readonly group: string; readonly claims: readonly string[] }[];
  /** Unix seconds. */
  readonly expiresAt: number;
}

/** The pasby app on the sandbox's phone. */
export interface PasbyApp {
  /** The request that a QR code or a link is for, whatever has become of it; null for any other text. */
  read(text: string): string | null;
  /** Picks a request up: first pick, first served. @throws SandboxError `app_refused` */
  open(request: string, person: Person): PasbyQuestion;
  /** What was pushed to a person by their number and waits; the app has it from now on. */
  inbox(nin: string): readonly PasbyQuestion[];
  /** @throws SandboxError `app_refused` when it is over, or another person's */
  decide(request: string, nin: string, approved: boolean): void;
}

export function createApp(
  base: string,
  accounts: PasbyAccounts,
  requests: Requests,
  seeds: Seeds,
  changed: (request: FlowRequest) => void,
): PasbyApp {
  const own = [base, base.replace('//127.0.0.1', '//localhost')].map((each) => `${each}/open/app/?`);

  const found = (id: string): FlowRequest => {
    const request = requests.find(id);
    if (request === null) throw refused('this code is not one of pasby’s, or long over');
    return request;
  };

  return {
    read(text) {
      const trimmed = text.trim();
      const seed = trimmed.startsWith('pasby://') ? (seeds.read(trimmed) ?? '') : null;
      if (seed !== null) return seed;
      const url = URL.parse(trimmed);
      return url !== null && own.some((each) => url.href.startsWith(each)) ? (url.searchParams.get('id') ?? '') : null;
    },
    open(id, person) {
      const request = found(id);
      const account = accounts.of(person);
      if (account === null) throw refused(`${person.id} has no pasby; people get one with their national number`);
      if (!requests.pick(request, account)) throw refused(`the request is ${requests.standing(request)}`);
      changed(request);
      return questionOf(request, account);
    },
    inbox(nin) {
      const account = accounts.byNin(nin);
      if (account === null) return [];
      return requests
        .all()
        .filter((request) => request.user === nin && requests.pick(request, account))
        .map((request) => questionOf(request, account));
    },
    decide(id, nin, approved) {
      const request = found(id);
      const account = accounts.byNin(nin);
      const mine = account !== null && request.picked?.nin === nin;
      const done = mine && (approved ? requests.complete(request, account) : requests.cancel(request));
      if (!done) throw refused(`the request is ${requests.standing(request)}`);
      changed(request);
    },
  };
}

function questionOf(request: FlowRequest, { nin, claims, denies }: PasbyAccount): PasbyQuestion {
  const shared = request.claims.filter((claim) => claims[claim] !== undefined && !denies.includes(claim));
  const groups = [...new Set(shared.map((claim) => claim.split('.')[0] ?? ''))].map((group) => ({
    group,
    claims: [
      ...new Set(
        shared
          .filter((claim) => claim.startsWith(`${group}.`))
          .map((claim) => (STANDARD_NAMES[claim] ?? claim.split('.')[1] ?? claim).split('.')[0] ?? claim),
      ),
    ],
  }));
  const { id, payload, ip, useragent, exp } = request;
  return { request: id, nin, app: PASBY_APP.name, payload, ip, useragent, groups, expiresAt: exp };
}

function refused(why: string): SandboxError {
  return new SandboxError('app_refused', `pasby: ${why}`);
}
