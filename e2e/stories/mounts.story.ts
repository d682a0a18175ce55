import type { CDPSession, Page } from '@playwright/test';
import { expect, shows, story } from '../story.ts';

const MOUNTS = 1_000;
const SETTLES_MS = 10_000;

/** Counts what the page has begun and not ended: timers, observers, requests, listeners of window and document. */
function countWhatIsHeld(): void {
  const timers = new Set<unknown>();
  for (const kind of ['Timeout', 'Interval'] as const) {
    const [set, clear] = [window[`set${kind}`], window[`clear${kind}`]];
    const counted = (run: TimerHandler, ms?: number, ...given: unknown[]): number => {
      const timer: number = set(
        (...args: unknown[]) => {
          if (kind === 'Timeout') timers.delete(timer);
          if (typeof run === 'function') (run as (...args: unknown[]) => void)(...args);
        },
        ms,
        ...given,
      );
      timers.add(timer);
      return timer;
    };
    Object.assign(window, {
      [`set${kind}`]: counted,
      [`clear${kind}`]: (timer?: number) => {
        timers.delete(timer);
        clear(timer);
      },
    });
  }
  let observers = 0;
  for (const name of ['ResizeObserver', 'IntersectionObserver', 'MutationObserver'] as const) {
    const active = new WeakSet<object>();
    const Observer = window[name] as new (...given: unknown[]) => {
      observe(...of: unknown[]): void;
      disconnect(): void;
    };
    Object.assign(window, {
      [name]: class extends Observer {
        override observe(...of: unknown[]): void {
          if (!active.has(this)) observers += 1;
          active.add(this);
          super.observe(...of);
        }
        override disconnect(): void {
          if (active.delete(this)) observers -= 1;
          super.disconnect();
        }
      },
    });
  }
  Object.assign(window, { heldByThePage: () => ({ timers: timers.size, observers }) });
}

interface Held {
  readonly nodes: number;
  readonly listeners: number;
  readonly documents: number;
  readonly timers: number;
  readonly observers: number;
  readonly heap: number;
}

/** What is counted, once collecting garbage changes nothing of it any more. */
async function settled(page: Page, cdp: CDPSession): Promise<Held> {
  let [before, now] = [await held(page, cdp), await held(page, cdp)];
  for (const end = Date.now() + SETTLES_MS; !sameCounts(before, now) && Date.now() < end;) {
    before = now;
    now = await held(page, cdp);
  }
  return now;
}

/** The heap's size is never twice the same. */
const sameCounts = (one: Held, other: Held): boolean =>
  JSON.stringify({ ...one, heap: 0 }) === JSON.stringify({ ...other, heap: 0 });

/** Of the objects that are reachable. What is scheduled for when the page is idle has run. */
async function held(page: Page, cdp: CDPSession): Promise<Held> {
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
  await cdp.send('HeapProfiler.collectGarbage');
  const { nodes, jsEventListeners: listeners, documents } = await cdp.send('Memory.getDOMCounters');
  const { usedSize: heap } = await cdp.send('Runtime.getHeapUsage');
  const own = await page.evaluate(() =>
    (window as unknown as { heldByThePage(): { timers: number; observers: number } }).heldByThePage(),
  );
  return { nodes, listeners, documents, heap, ...own };
}

/** Each draws its first screen before it is removed; every second element also has its code by then. */
function mountAndRemove(page: Page, form: 'element' | 'iframe', count: number): Promise<void> {
  return page.evaluate(
    async ([kind, times]) => {
      const until = async (holds: () => unknown): Promise<void> => {
        while (!holds()) await new Promise((resolve) => setTimeout(resolve));
      };
      for (let n = 0; n < times; n += 1) {
        const options = kind === 'element' ? { requestUrl: '/login/request' } : { loginUrl: '/login' };
        const { Beckon } = window as unknown as { Beckon: { mount(into: Element, options: object): () => void } };
        const remove = Beckon.mount(document.body, options);
        const root = document.body.lastElementChild!;
        await until(() => root.shadowRoot?.querySelector('[data-phase]'));
        if (kind === 'iframe') await until(() => root.shadowRoot?.querySelector('iframe'));
        else if (n % 2 === 0) await until(() => root.shadowRoot?.querySelector('[data-frame=current]'));
        remove();
      }
    },
    [form, count] as const,
  );
}

for (const form of ['element', 'iframe'] as const) {
  story(
    `${MOUNTS} mounts of the ${form} leave nothing behind @long`,
    shows('MOUNTS-LEAVE-NOTHING'),
    async ({ page, world }) => {
      story.setTimeout(180_000);
      await page.addInitScript(countWhatIsHeld);
      await page.goto(`${world.shop}/element`);
      await page.waitForFunction(() => document.querySelector('beckon-signin')?.shadowRoot?.querySelector('.bk-qr'));
      await page.evaluate(() => document.querySelector('beckon-signin')?.remove());
      const cdp = await page.context().newCDPSession(page);
      await mountAndRemove(page, form, 10);
      await expect.poll(() => world.wire.webSockets).toBe(0);
      const before = await settled(page, cdp);
      await mountAndRemove(page, form, MOUNTS);
      await expect.poll(() => world.wire.webSockets).toBe(0);
      const { heap, ...after } = await settled(page, cdp);
      const { heap: heapBefore, ...rest } = before;
      expect(after).toEqual(rest);
      // The first hundreds leave what the engine keeps of code: 400 kB.
      expect(heap - heapBefore, 'bytes that all leave').toBeLessThan(800_000);
    },
  );
}
