import type { FoundStory } from '../flow/index.ts';
import { wordsOf } from './reason-words.ts';
import { timeText } from './records.ts';

type Step = NonNullable<FoundStory['story']>['steps'][number];
type Refusal = FoundStory['refusals'][number];

/** The story in plain words, line by line. */
export function tell(id: string, found: FoundStory | null, more: boolean): readonly string[] {
  if (found === null) return unknown(id, more);
  const { refusals } = found;
  return [
    titleOf(found),
    ...aboutOf(found),
    '',
    ...timelineOf(found, id),
    ...verdictOf(found),
    '',
    ...(found.hash === null
      ? [`In the log: "request_id":"${refusals.at(-1)?.request_id ?? id}"`]
      : [`In the log: "session":"${found.hash}"`]),
  ];
}

function unknown(id: string, more: boolean): readonly string[] {
  return [
    `The store knows nothing of ${id}.`,
    ...(more
      ? ['There are more sessions than one search looks through: a request id or a session id is found faster.']
      : []),
    'The audit trail keeps what happened for `audit.retentionDays`, and of a flood of refusals a part.',
    `Search the log for it: "request_id":"${id}" or "session":"${id}". A line with a session leads on: explain that.`,
  ];
}

function titleOf({ hash, ended, story, refusals }: FoundStory): string {
  if (story === null && ended === null)
    return `Request ${refusals.at(-1)?.request_id ?? ''}: refused, and no sign-in is known of it`;
  const outcome = ended === null ? 'goes on' : ended.outcome;
  return `Sign-in ${hash}: ${outcome}`;
}

const MODES: Readonly<Record<string, string>> = {
  qr: 'by a code that a phone scans',
  same_device: 'on one device',
  direct: 'by a number that was typed',
};

function aboutOf({ client_id, client_name, connector, mode, story }: FoundStory): readonly string[] {
  const website = client_name === null ? client_id : `${client_name} (${client_id})`;
  const began = story?.steps[0]?.at;
  // Where nothing began, it is what was to begin.
  const app = connector === null ? troubleOf(story) : { connector, mode };
  return [
    ...(website === null ? [] : [`  website       ${website}`]),
    ...appOf(app),
    ...(began === undefined ? [] : [`  began         ${dateOf(began)}`]),
    ...(story === null ? [] : [`  took          ${spentOf(story.spent)}`]),
  ];
}

function appOf(app: { readonly connector?: string; readonly mode?: string | null } | undefined): readonly string[] {
  if (app?.connector === undefined) return [];
  const { connector, mode = null } = app;
  return [`  identity app  ${connector}${mode === null ? '' : `, ${MODES[mode] ?? mode}`}`];
}

/** The last choice that did not begin. */
function troubleOf(story: FoundStory['story']): Step | undefined {
  return story?.steps.findLast(({ what }) => what === 'trouble');
}

function spentOf({ initialized, retrieved, confirmed }: NonNullable<FoundStory['story']>['spent']): string {
  return `${seconds(initialized)} until a phone or browser took it, ${seconds(retrieved)} with it, ${seconds(confirmed)} until the website had it`;
}

const STEPS: Readonly<Record<Step['what'], string>> = {
  began: 'the page began the sign-in',
  chosen: 'the person chose the identity app',
  trouble: 'the identity app could not begin',
  retrieved: 'a phone or browser took it',
  matched: 'the right number was typed',
  confirmed: 'the person approved',
  recognised: 'the person at the browser said that it was them',
  code: 'the browser was given the code for the website',
  completed: 'the website redeemed the code: signed in',
  declined: 'declined',
  expired: 'its time was over',
  cancelled: 'cancelled',
  failed: 'failed',
};

/** Steps and refusals by time, each with the request that it came of. */
function timelineOf({ story, refusals }: FoundStory, id: string): readonly string[] {
  const begun = story?.steps[0]?.at ?? 0;
  const steps = (story?.steps ?? []).map((step) => ({ ...step, text: stepText(step), asked: step.request_id === id }));
  const refused = refusals.map((each) => ({
    ...each,
    text: refusalText(each),
  }));
  const lines = [...steps, ...refused]
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, text, request_id, asked }) => {
      const mark = asked ? '  <- this id' : '';
      const when = story === null ? dateOf(at) : `+${seconds(at - begun)}`.padStart(10);
      return `  ${when}  ${text}${request_id === undefined ? '' : `  [${request_id}]`}${mark}`;
    });
  const left = story?.left_out ?? 0;
  return left === 0 ? lines : [...lines, `  (${left} more steps were not kept)`];
}

function stepText({ what, connector, mode, reason }: Step): string {
  const choice = connector === undefined ? '' : `, ${connector}${mode === undefined ? '' : ` ${mode}`}`;
  return `${STEPS[what]}${choice}${reason === undefined ? '' : ` (${reason})`}`;
}

function refusalText({ method, route, status, error, reason }: Refusal): string {
  const why = reason === null ? error : `${error}, ${reason}`;
  return `${method} ${route} answered ${status} (${why})`;
}

/** What went wrong, and what to do: the request that was asked for first, then the end. */
export function verdictOf({ ended, refusals, story }: FoundStory): readonly string[] {
  const asked = refusals.find((each) => each.asked);
  const last = story?.steps.at(-1);
  const trouble = troubleOf(story);
  const end = ended === null || ended.outcome === 'completed' ? null : (ended.reason ?? ended.outcome);
  const told = [
    ...(end === null ? [] : [{ reason: end, detail: last?.detail ?? null }]),
    ...(asked === undefined ? [] : [{ reason: asked.reason ?? asked.error, detail: asked.detail }]),
    ...(trouble?.reason === undefined ? [] : [{ reason: trouble.reason, detail: trouble.detail ?? null }]),
  ];
  // What a page says of the end is no other reason.
  const all = told.filter(({ reason }, n) => told.findIndex((each) => each.reason === reason) === n);
  const specific = all.filter(({ reason }) => !GENERAL.has(reason));
  return (specific.length > 0 ? specific : all).flatMap(({ reason, detail }) => {
    const { why, todo } = wordsOf(reason);
    return ['', `Why: ${why}`, ...(detail === null ? [] : [`     ${detail}`]), `What to do: ${todo}`];
  });
}

/** Codes that say only that it went wrong: another one says why. */
const GENERAL: ReadonlySet<string> = new Set([
  'failed',
  'expired',
  // Another app could have been chosen: why the one that was did not begin says more.
  'not_chosen',
  'invalid_transition',
  'already_claimed',
  'session_expired',
  'verification_failed',
]);

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function dateOf(ms: number): string {
  return `${timeText(ms)} UTC`;
}
