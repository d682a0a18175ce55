import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { BeckonConfig } from '../config/index.ts';
import { type Harness, exampleConfig, startHarness } from '../test-support/harness.ts';
import { walletOfThisMachine } from '../test-support/wallet-of-this-machine.ts';
import { createMarks, marksOf } from './marks.ts';

const FIRST = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h4v4H0Z"/></svg>';
const SECOND = FIRST.replace('<path', '<path fill="#123"');

let folder: string;
let picture: string;
let harness: Harness;
const { secret, subjectSecret, clients } = exampleConfig();
/** Reads the file as it is now. */
const connectors = (): BeckonConfig['connectors'] => [
  walletOfThisMachine({
    issuers: [{ issuer: 'https://wallet.example', clientIds: ['phone'] }],
    mark: { light: picture },
  }),
];
const configNow = (changed: Partial<BeckonConfig> = {}): BeckonConfig => ({
  ...exampleConfig(),
  store: `sqlite:${harness.file}`,
  secret,
  subjectSecret,
  clients,
  connectors: connectors(),
  ...changed,
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beckon-marks-'));
  picture = join(folder, 'app.svg');
  await writeFile(picture, FIRST);
  harness = await startHarness({ secret, subjectSecret, clients, connectors: connectors() });
});
afterEach(async () => {
  await harness.close();
  await rm(folder, { recursive: true });
});

const addressNow = async (): Promise<string> => new URL((await harness.session()).connectors[0]!.mark!.light).pathname;
const served = async (path: string): Promise<string | number> => {
  const answer = await fetch(harness.url + path);
  return answer.ok ? answer.text() : answer.status;
};
const changesLogged = (): number => harness.log.filter((line) => line.includes('picture of an app changed')).length;

it('FT-C40f: a picture that was changed is served after a reload, and open pages keep the one that they name', async () => {
  const before = await addressNow();
  await writeFile(picture, SECOND);
  expect(await served(before), 'a file alone changes nothing').toBe(FIRST);
  expect(await harness.server.reload(configNow())).toEqual({ applied: true });
  const after = await addressNow();
  expect(after).not.toBe(before);
  expect([await served(after), await served(before)]).toEqual([SECOND, FIRST]);
  expect(changesLogged()).toBe(1);
  await harness.server.reload(configNow());
  expect(await served(before), 'a reload that changes no picture drops none').toBe(FIRST);
  expect(changesLogged()).toBe(1);
});

it('FT-C40f: a picture that no page could show leaves the old one in force', async () => {
  const before = await addressNow();
  await writeFile(picture, 'no picture');
  expect(await harness.server.reload(configNow())).toMatchObject({
    applied: false,
    issues: [{ path: 'connectors[0].mark.light' }],
  });
  expect(await addressNow()).toBe(before);
  expect(await served(before)).toBe(FIRST);
});

it('FT-C40f: a worker gets the same over the channel, which carries JSON', () => {
  const marks = marksOf({ connectors: connectors() });
  const heard = JSON.parse(JSON.stringify(marks)) as typeof marks;
  const { pathname } = new URL(createMarks('https://id.example', heard).get('wallet')!.light);
  const name = pathname.split('/').at(-1) ?? '';
  expect(Buffer.from(createMarks('https://id.example', heard).file(name)!.content).toString()).toBe(FIRST);
});
