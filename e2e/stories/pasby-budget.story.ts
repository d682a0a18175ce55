import { expect, shows, story } from '../story.ts';
import { pushRequest, startSession } from '../world/relying-party.ts';
import { askFor, cancel, type SessionHandle, type Snapshot } from '../world/session-api.ts';

// A minute of pasby's of its own: the stories that share a world share it.
story.use({ connectors: ['wallet', 'pasby'], lifetimes: { requestUriSeconds: 599 } });

const LIMIT = 100;

story('sixty want pasby at once', shows('PASBY-BUDGET'), async ({ world, phone }) => {
  const sessions = await Promise.all(
    Array.from({ length: 60 }, async () => startSession(world, await pushRequest(world))),
  );
  const statusOf = ({ session_id, session_secret }: SessionHandle): Promise<Response> => {
    const headers = { Authorization: `Bearer ${session_secret}` };
    return fetch(`${world.issuer}/session/${session_id}/status`, { headers });
  };
  // As pages that watch: the provider begins for no others.
  await Promise.all(sessions.map(statusOf));
  const answers = await Promise.all(
    sessions.map(async (session) => ({ session, answer: await askFor(world, session, 'pasby') })),
  );
  const given = answers.filter(({ answer }) => answer.status === 200);
  const told = answers.filter(({ answer }) => answer.status === 429);
  expect(given.length + told.length, 'a code, or when to come back: nothing else').toBe(60);
  expect(told.length, 'or this story asked for too little').toBeGreaterThan(0);
  expect(given.length, 'half of the starts are for one network').toBeGreaterThanOrEqual(15);
  expect(given.length, 'and no more').toBeLessThanOrEqual(20);
  for (const { answer } of told) {
    expect(await answer.json()).toMatchObject({ error: 'rate_limited' });
    const wait = Number(answer.headers.get('Retry-After'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(65);
  }

  // Those who have a code are not starved by those who have none.
  const [lucky] = given;
  const snapshot = (await lucky!.answer.json()) as Snapshot;
  const text = snapshot.qr?.order === 'shuffle' ? snapshot.qr.frames[0]?.text : undefined;
  await phone.approve(await phone.scan(text ?? ''));
  await expect
    .poll(async () => {
      return ((await (await statusOf(lucky!.session)).json()) as Snapshot).status;
    })
    .toBe('confirmed');
  // They all leave, and the next ones ask already: all of that is told to pasby out of the same minute.
  await Promise.all(given.slice(1).map(({ session }) => cancel(world, session)));
  await Promise.all(told.map(({ session }) => askFor(world, session, 'pasby')));

  const saw = (await (await fetch(`${world.sandbox}/pasby/sandbox`)).json()) as Record<string, number>;
  expect(saw['most_in_a_minute'], 'pasby must never see more').toBeLessThanOrEqual(LIMIT);
  // Each start is one; the streams behind them open in their own time, and not for who left before.
  expect(saw['most_in_a_minute'], 'or pasby was not asked').toBeGreaterThanOrEqual(given.length);
  expect(saw['turned_away']).toBe(0);
});
