/** The widget in a real Chromium: what it weighs, the time to the first code, a frame of a code, and what mounts leave behind. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import type { Browser, CDPSession, Page } from 'playwright-core';
import type { Bench, BenchContext, Row } from '../bench.ts';
import { type Site, firstCode, launchChromium, startSite } from '../world/browser.ts';
import { type Drawer, peerScript, versionOf } from '../world/qr-peers.ts';
import { ROOT } from '../world/root.ts';
import { builtServer } from '../world/server.ts';
import { type Contestant, interleave, spreadOf } from '../world/spread.ts';

/** How much slower the CPU is made: a phone of the middle class beside the machine of a developer. */
const SLOWER = 4;
/** As long as the text of a code of ours: `HTTP://…/Q/{id}.{step}.{mac}`. */
const TEXT_LENGTH = 92;
const FRAMES = 400;

export const widget: Bench = {
  name: 'widget',
  title: 'The widget in Chromium',
  async run(context) {
    const browser = await launchChromium();
    try {
      return [
        ...sizes(),
        ...(await firstCodes(browser, context)),
        ...(await frames(browser, context)),
        ...(await mounts(browser, context)),
      ];
    } finally {
      await browser.close();
    }
  },
};

/** In kB of brotli, as size-limit counts them: what a page downloads. */
function sizes(): readonly Row[] {
  const folder = join(builtServer(), 'script');
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Readonly<
    Record<'loader' | 'element' | 'encoder' | 'full', string>
  >;
  const weigh = (...names: (keyof typeof manifest)[]): number =>
    names.reduce((sum, name) => sum + brotliCompressSync(readFileSync(join(folder, manifest[name]))).length, 0) / 1_000;
  const row = (id: string, title: string, kB: number, limit: number): Row => ({
    id: `widget-size-${id}`,
    title,
    unit: 'kB',
    ours: spreadOf([kB]),
    peers: [],
    must: { text: `≤ ${limit} kB`, limit },
    aim: null,
  });
  return [
    row('frame', 'script of a page with the frame', weigh('loader'), 2.5),
    row('element', 'script to the first screen of the element', weigh('loader', 'element'), 31),
    row('encoder', 'script with the QR encoder', weigh('loader', 'element', 'encoder'), 38),
    row('full', 'all in one file', weigh('full'), 38),
  ];
}

async function firstCodes(browser: Browser, { quick, folder, against, say }: BenchContext): Promise<readonly Row[]> {
  const checkouts = [ROOT, ...(against === null ? [] : [against])];
  const sites: Site[] = [];
  try {
    for (const [n, checkout] of checkouts.entries())
      sites.push(await startSite({ folder: join(folder, `site-${n}`), checkout }));
    const figures = await interleave(
      sites.map((site, n): Contestant<'element' | 'frame'> => ({
        name: `first code of ${basename(checkouts[n] ?? '')}`,
        round: async () => ({
          element: (await firstCode(browser, `${site.url}/element`, SLOWER)).ms,
          frame: (await firstCode(browser, `${site.url}/frame`, SLOWER)).ms,
        }),
      })),
      { rounds: quick ? 2 : 11, say },
    );
    return (['element', 'frame'] as const).map((form): Row => {
      const [ours, other] = figures.map((each) => each[form]);
      if (ours === undefined) throw new Error('nothing was measured');
      return {
        id: `widget-first-code-${form}`,
        title: `request of the script until the first code, ${form}, CPU ${SLOWER} × slower`,
        unit: 'ms',
        ours,
        peers: other === undefined ? [] : [{ name: 'Beckon', version: `at ${basename(against ?? '')}`, value: other }],
        must: { text: '≤ 400 ms', limit: 400 },
        aim: { text: '≤ 350 ms', limit: 350 },
        note: 'With an empty cache, on loopback; the code is drawn, not only computed.',
      };
    });
  } finally {
    for (const site of sites) await site.close();
  }
}

interface Drawn {
  readonly ms: number;
  readonly nodes: number;
  readonly bytes: number;
}

/** A new text each time, drawn and laid out. */
async function frames(browser: Browser, { quick, say }: BenchContext): Promise<readonly Row[]> {
  const page = await browser.newPage();
  try {
    const folder = join(builtServer(), 'script');
    const { encoder } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { encoder: string };
    const source = readFileSync(join(folder, encoder), 'utf8');
    await page.setContent(
      '<!doctype html><div id="ours" style="width:260px"><svg><path/></svg></div><div id="peer"></div>',
    );
    await page.addScriptTag({ content: await peerScript() });
    await page.addScriptTag({
      type: 'module',
      content: `import { qrPath } from 'data:text/javascript;base64,${Buffer.from(source).toString('base64')}'; window.qrPath = qrPath;`,
    });
    await page.waitForFunction(() => window.qrPath !== undefined);
    await page.evaluate(() => {
      const svg = document.querySelector('#ours svg');
      const drawers = {
        ours: {
          draw(text: string) {
            const { size, path } = window.qrPath(text);
            svg?.setAttribute('viewBox', `0 0 ${size} ${size}`);
            svg?.firstElementChild?.setAttribute('d', path);
          },
        },
        peer: window.peerIn(document.querySelector('#peer')!),
      };
      window.drawFrames = (name, count, length) => {
        const box = document.querySelector(`#${name}`)!;
        const texts = Array.from({ length: count }, (_, n) =>
          `HTTP://127.0.0.1:4400/Q/${n}.`.padEnd(length, String(Math.random()).slice(2)),
        );
        const began = performance.now();
        for (const text of texts) {
          drawers[name].draw(text);
          box.getBoundingClientRect();
        }
        const ms = (performance.now() - began) / count;
        const drawn = box.querySelector('svg')!;
        return { ms, nodes: drawn.querySelectorAll('*').length + 1, bytes: drawn.outerHTML.length };
      };
    });
    const contestant = (name: 'ours' | 'peer'): Contestant<keyof Drawn> => ({
      name: name === 'ours' ? 'frames of Beckon' : 'frames of qrcode.react',
      round: async () => ({
        ...(await page.evaluate(([of, count, length]) => window.drawFrames(of, count, length), [
          name,
          FRAMES,
          TEXT_LENGTH,
        ] as const)),
      }),
    });
    const [ours, peer] = await interleave([contestant('ours'), contestant('peer')], { rounds: quick ? 3 : 11, say });
    if (ours === undefined || peer === undefined) throw new Error('nothing was measured');
    const version = versionOf('qrcode.react');
    const row = (of: keyof Drawn, title: string, unit: string): Row => ({
      id: `widget-frame-${of}`,
      title,
      unit,
      ours: ours[of],
      peers: [{ name: 'qrcode.react', version, value: peer[of] }],
      must: null,
      aim: null,
    });
    return [
      row('ms', `a frame of ${TEXT_LENGTH} characters, encoded, drawn and laid out`, 'ms'),
      row('nodes', 'nodes of its picture', ''),
      row('bytes', 'markup of its picture', 'characters'),
    ];
  } finally {
    await page.close();
  }
}

async function mounts(browser: Browser, { quick, folder, say }: BenchContext): Promise<readonly Row[]> {
  const count = quick ? 100 : 1_000;
  const site = await startSite({ folder: join(folder, 'mounts') });
  const page = await browser.newPage();
  try {
    await page.goto(`${site.url}/element`);
    await page.waitForFunction(() =>
      document.querySelector('beckon-signin')?.shadowRoot?.querySelector('[data-frame=current]'),
    );
    const cdp = await page.context().newCDPSession(page);
    await mountAndRemove(page, 50);
    const before = await held(cdp);
    say(`${count} mounts`);
    const ms = await mountAndRemove(page, count);
    const after = await held(cdp);
    const row = (id: string, title: string, unit: string, figure: number): Row => ({
      id: `widget-mounts-${id}`,
      title,
      unit,
      ours: spreadOf([figure]),
      peers: [],
      must: null,
      aim: null,
    });
    return [
      row('time', `a mount and its removal, of ${count.toLocaleString('en')}`, 'ms', ms / count),
      row(
        'heap',
        `memory that ${count.toLocaleString('en')} mounts leave behind`,
        'KB',
        (after.heap - before.heap) / 1_024,
      ),
      row('nodes', 'nodes that they leave behind', '', after.nodes - before.nodes),
      row('listeners', 'event listeners that they leave behind', '', after.listeners - before.listeners),
    ];
  } finally {
    await page.close();
    await site.close();
  }
}

/** Each is drawn, and its session is asked for, before it is removed. Answers how long all took, in ms. */
function mountAndRemove(page: Page, count: number): Promise<number> {
  return page.evaluate(async (times) => {
    const first = document.querySelector('beckon-signin')!;
    const began = performance.now();
    for (let n = 0; n < times; n += 1) {
      const element = document.body.appendChild(first.cloneNode() as HTMLElement);
      while (element.shadowRoot?.querySelector('[data-phase]') == null)
        await new Promise((resolve) => setTimeout(resolve));
      element.remove();
    }
    return performance.now() - began;
  }, count);
}

/** After all garbage is gone. */
async function held(
  cdp: CDPSession,
): Promise<{ readonly heap: number; readonly nodes: number; readonly listeners: number }> {
  for (let n = 0; n < 3; n += 1) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    await cdp.send('HeapProfiler.collectGarbage');
  }
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  const { nodes, jsEventListeners } = await cdp.send('Memory.getDOMCounters');
  return { heap: usedSize, nodes, listeners: jsEventListeners };
}

declare global {
  interface Window {
    qrPath(text: string): { size: number; path: string };
    peerIn(box: Element): Drawer;
    drawFrames(name: 'ours' | 'peer', count: number, length: number): { ms: number; nodes: number; bytes: number };
  }
}
