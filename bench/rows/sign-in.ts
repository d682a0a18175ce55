/** CPU of a whole cross-device sign-in, and of its code exchange alone, beside what other servers need for the like. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench, Bound, Peer, Row, Spread } from '../bench.ts';
import { createAuthVisitors } from '../peers/better-auth-visitors.ts';
import { createProviderVisitors } from '../peers/oidc-provider-visitors.ts';
import { type Child, startChild } from '../world/children.ts';
import { SHOP, startBeckon } from '../world/server.ts';
import { createVisitors, inParallel } from '../world/sign-in.ts';
import { type Contestant, interleave } from '../world/spread.ts';

const AT_ONCE = 32;
/** Codes that are made ahead of a round: `oidc-provider`'s adapter keeps 1,000 rows, and each has several. */
const CODES = 100;

export const signIn: Bench = {
  name: 'sign-in',
  title: 'A sign-in across devices: CPU of the server process',
  async run({ quick, folder, say }) {
    const many = quick ? 150 : 400;
    say('starting the servers');
    const beckon = await startBeckon({ folder: join(folder, 'beckon'), claims: 'token' });
    const visitors = await createVisitors(beckon, null);
    const provider = await startPeer('oidc-provider', [SHOP.client_id, SHOP.client_secret, SHOP.redirect_uri]);
    const devices = createProviderVisitors(provider.url);
    const auth = await startPeer('better-auth', [SHOP.client_id]);
    const signedIn = await createAuthVisitors(auth.url);

    const contestants: readonly Contestant<'whole' | 'exchange'>[] = [
      {
        name: 'Beckon',
        round: async () => ({
          whole: await costOf(beckon.child, many, visitors.signIn),
          exchange: await exchangeCost(beckon.child, visitors.code, ({ pushed, redirectTo }) =>
            visitors.redeem(pushed, redirectTo),
          ),
        }),
      },
      {
        name: 'oidc-provider',
        round: async () => ({
          whole: await costOf(provider.child, many, devices.deviceGrant),
          exchange: await exchangeCost(provider.child, devices.code, devices.redeem),
        }),
      },
      {
        name: 'better-auth',
        // Its flow has no code to exchange.
        round: async () => ({ whole: await costOf(auth.child, many, signedIn.deviceFlow), exchange: 0 }),
      },
    ];
    const figures = await interleave(contestants, { rounds: quick ? 3 : 11, warmUp: quick ? 2 : 5, say });
    for (const each of [visitors, devices, signedIn]) each.close();
    await Promise.all([beckon.stop(), provider.child.stop(), auth.child.stop()]);
    const [ours, theirs, others] = figures;
    if (ours === undefined || theirs === undefined || others === undefined) throw new Error('nothing was measured');
    return rowsOf(ours, theirs, others);
  },
};

type Figures = Readonly<Record<'whole' | 'exchange', Spread>>;

function rowsOf(ours: Figures, theirs: Figures, others: Figures): readonly Row[] {
  const provider = (value: Spread): Peer => ({ name: 'oidc-provider', version: versionOf('oidc-provider'), value });
  const times = (factor: number, of: Spread): Bound => ({
    text: `≤ ${factor} × oidc-provider`,
    limit: factor * of.median,
  });
  return [
    {
      id: 'sign-in',
      title: `CPU of a whole sign-in, ${AT_ONCE} at a time`,
      unit: 'ms',
      ours: ours.whole,
      peers: [provider(theirs.whole), { name: 'better-auth', version: versionOf('better-auth'), value: others.whole }],
      must: {
        text: '≤ 1.25 × oidc-provider, below better-auth',
        limit: Math.min(1.25 * theirs.whole.median, others.whole.median),
      },
      aim: times(0.95, theirs.whole),
      note: 'The peers do a device flow with one early poll: both in memory. Beckon is on disk.',
    },
    {
      id: 'code-exchange',
      title: 'CPU of a code exchange alone',
      unit: 'ms',
      ours: ours.exchange,
      peers: [provider(theirs.exchange)],
      must: times(1.5, theirs.exchange),
      aim: times(1.25, theirs.exchange),
      note: 'Both sign an id_token with ES256; Beckon stores the grant on disk, oidc-provider in memory.',
    },
  ];
}

/** CPU ms of the process for each of so many. */
async function costOf(child: Child, count: number, work: () => Promise<unknown>): Promise<number> {
  const before = await child.cpu();
  await inParallel(count, AT_ONCE, work);
  return ((await child.cpu()) - before) / count;
}

async function exchangeCost<T>(
  child: Child,
  prepare: () => Promise<T>,
  exchange: (of: T) => Promise<unknown>,
): Promise<number> {
  const prepared: T[] = [];
  await inParallel(CODES, AT_ONCE, async () => prepared.push(await prepare()));
  return costOf(child, CODES, async () => {
    const next = prepared.pop();
    if (next !== undefined) await exchange(next);
  });
}

interface PeerServer {
  readonly child: Child;
  readonly url: string;
}

async function startPeer(name: 'oidc-provider' | 'better-auth', args: readonly string[]): Promise<PeerServer> {
  const script = new URL(`../peers/${name}.ts`, import.meta.url);
  const child = startChild({ name, script, args, env: { NODE_ENV: 'production' } });
  const [, url = ''] = await child.said(/listening on (http\S+)/);
  return { child, url };
}

/** Of the package that ran. */
function versionOf(name: string): string {
  const file = fileURLToPath(new URL(`../node_modules/${name}/package.json`, import.meta.url));
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
}
