import { BRIDGE_CHANNEL } from '@beckon/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Step } from '../events.ts';
import type { Trouble } from '../mistakes/index.ts';
import { FakeFrame, FakeWindow, containerIn, contentOf, delivered, nest } from './fake-windows.ts';
import type * as Guests from './guest.ts';
import type { Guest, GuestOptions } from './guest.ts';
import type * as Hosts from './host.ts';
import type { FrameOptions, MountedFrame } from './host.ts';

const SHOP = 'https://shop.example';
const ISSUER = 'https://id.example';
const BACK = 'https://shop.example/callback?code=1';

const explained: Trouble[] = [];
let connectToHost: typeof Guests.connectToHost;
let mountFrame: typeof Hosts.mountFrame;
beforeAll(async () => {
  // Other files of this worker may have loaded them with what really explains.
  vi.resetModules();
  vi.doMock('../mistakes/index.ts', () => ({
    explain(trouble: Trouble) {
      explained.push(trouble);
      return Promise.resolve(null);
    },
  }));
  ({ connectToHost } = await import('./guest.ts'));
  ({ mountFrame } = await import('./host.ts'));
});
afterAll(() => {
  vi.doUnmock('../mistakes/index.ts');
  vi.resetModules();
});

let host: FakeWindow;
let guestPage: FakeWindow;
let frame: MountedFrame;
let guest: Guest;
let heard: string[];
let links: string[];
const height = { px: 300 };

function mount(options: Partial<FrameOptions> = {}): FakeFrame {
  frame = mountFrame({
    container: containerIn(host),
    src: '/login',
    origin: ISSUER,
    load: 'asked',
    onStatus: (status) => heard.push(status),
    onStep: ({ phase }) => heard.push(`step ${phase}`),
    onError: (code) => heard.push(`error ${code}`),
    ...options,
  });
  frame.load();
  return onlyFrame();
}

const step = (phase: Step['phase']): Step => ({
  phase,
  previous: null,
  durationMs: 0,
  totalMs: 0,
  connector: null,
  mode: null,
  error: null,
});

function onlyFrame(): FakeFrame {
  const [only, ...more] = host.frames;
  if (only === undefined || more.length > 0) throw new Error('there should be exactly one frame');
  return only;
}

function connect(options: Partial<GuestOptions> = {}): void {
  const connected = connectToHost(
    {
      allowedOrigins: [SHOP, 'https://other.example'],
      content: contentOf(height),
      onHello: ({ theme, locale }) => heard.push(`hello ${theme} ${locale}`),
      onLink: (url) => links.push(url),
      ...options,
    },
    guestPage as unknown as Window & typeof globalThis,
  );
  if (connected === null) throw new Error('it should know that it is framed');
  guest = connected;
}

/** Both ends up and acquainted. */
async function talk(options: Partial<FrameOptions> = {}): Promise<FakeFrame> {
  const element = mount(options);
  nest(host, element, guestPage);
  connect();
  await delivered();
  return element;
}

beforeEach(() => {
  host = new FakeWindow(SHOP);
  guestPage = new FakeWindow(ISSUER);
  guestPage.location.ancestorOrigins = [SHOP];
  heard = [];
  links = [];
  explained.length = 0;
  height.px = 300;
});

describe('host and guest', () => {
  it('get acquainted, and the guest learns what the page wishes', async () => {
    await talk({ theme: 'dark', locale: 'ar' });
    expect(heard).toEqual(['hello dark ar']);
  });

  it('FT-C6a: the guest is told the scheme of its page, and told anew when that changes', async () => {
    host.scheme = 'light';
    const element = await talk({ theme: 'auto' });
    host.scheme = 'dark';
    element.dispatchEvent(new Event('transitionend'));
    await delivered();
    expect(heard).toEqual(['hello light null', 'hello dark null']);
  });

  it('FT-C6a: a theme that the page names is the frame’s scheme as well, whatever the page’s is', async () => {
    host.scheme = 'light';
    const element = await talk({ theme: 'dark' });
    expect([heard, element.style['colorScheme']]).toEqual([['hello dark null'], 'dark']);
  });

  it('size the iframe to what is in it', async () => {
    const element = await talk();
    height.px = 612.4;
    for (const observer of guestPage.observers) observer.notify([]);
    await delivered();
    expect(element.style['height']).toBe('613px');
  });

  it.each([
    [639, 736],
    [640, 448],
  ])('FT-C20g: begin with the height that a card %i px wide has', (width, px) => {
    const { style } = mount({ container: containerIn(host, width) });
    expect(style['cssText']).toContain(`height:${px}px;`);
  });

  it('pass on statuses and errors', async () => {
    await talk();
    guest.status('retrieved');
    guest.step(step('retrieved'));
    guest.error('request_expired');
    await delivered();
    expect(heard.slice(1)).toEqual(['retrieved', 'step retrieved', 'error request_expired']);
  });

  it('take the top page to where it goes next', async () => {
    await talk();
    guest.redirect(BACK);
    await delivered();
    expect(host.visited).toEqual([BACK]);
    expect(links).toEqual([]);
  });

  it('leave it to the host alone once they are acquainted', async () => {
    const top = { location: { href: '' } };
    guestPage.top = top;
    await talk();
    guestPage.pass(60_000);
    guest.redirect(BACK);
    await delivered();
    expect([host.visited, top.location.href, links]).toEqual([[BACK], '', []]);
  });

  it.each<[string, Pick<FrameOptions, 'redirect'>, boolean, readonly string[]]>([
    ['go there while the page observes', {}, false, [BACK]],
    ['leave the way to the page that calls preventDefault()', {}, true, []],
    ['leave the way to the page with `redirect: false`', { redirect: false }, false, []],
  ])('%s', async (_, options, prevents, visited) => {
    await talk({
      ...options,
      onComplete(completion) {
        heard.push(completion.redirectTo);
        if (prevents) completion.preventDefault();
      },
    });
    guest.redirect(BACK);
    await delivered();
    expect([heard.at(-1), host.visited]).toEqual([BACK, visited]);
  });

  it('lose nothing that is said before they are acquainted', async () => {
    nest(host, mount(), guestPage);
    connect();
    guest.step(step('retrieved'));
    guest.status('retrieved');
    guest.step(step('confirmed'));
    guest.status('confirmed');
    guest.redirect(BACK);
    await delivered();
    expect(heard).toEqual(['hello light null', 'step retrieved', 'confirmed', 'step confirmed']);
    expect(host.visited).toEqual([BACK]);
  });

  it('get acquainted again when the page in the iframe is reloaded', async () => {
    const element = await talk();
    guest.close();
    guestPage = new FakeWindow(ISSUER);
    guestPage.document.referrer = `${ISSUER}/authorize`;
    nest(host, element, guestPage);
    connect();
    await delivered();
    guest.redirect(BACK);
    await delivered();
    expect(host.visited).toEqual([BACK]);
  });

  it('leave nothing behind', async () => {
    await talk();
    frame.close();
    guest.close();
    expect(host.frames).toEqual([]);
    for (const page of [host, guestPage])
      expect([page.listeners, page.timers.size, page.observers.size]).toEqual([0, 0, 0]);
  });
});

describe('the host', () => {
  const redirect = { channel: BRIDGE_CHANNEL, type: 'redirect', redirect_to: 'https://evil.example/' };

  it('describes its iframe, tells it no more than our origin, and lets it do nothing special', () => {
    const element = mount({ title: 'Anmelden' });
    expect(element).toMatchObject({ src: '/login', title: 'Anmelden', referrerPolicy: 'strict-origin' });
    expect(element).not.toHaveProperty('allow');
  });

  it('loads when it comes into view, once', () => {
    frame = mountFrame({ container: containerIn(host), src: '/login', origin: ISSUER });
    expect(host.frames).toEqual([]);
    const [observer] = host.observers;
    observer?.notify([{ isIntersecting: false }]);
    expect(host.frames, 'not in view yet').toEqual([]);
    observer?.notify([{ isIntersecting: true }]);
    frame.load();
    expect(host.frames.length).toBe(1);
    expect(host.observers.size).toBe(0);
  });

  it('loads at once where it is not known what is in view', () => {
    host.IntersectionObserver = undefined;
    mountFrame({ container: containerIn(host), src: '/login', origin: ISSUER });
    expect(host.frames.length).toBe(1);
  });

  describe('MISTAKE-FRAME-TOLD: an iframe that the page’s own policy forbids', () => {
    const violate = (changes: Partial<SecurityPolicyViolationEvent> = {}): void => {
      const event = { effectiveDirective: 'frame-src', disposition: 'enforce', blockedURI: `${ISSUER}/authorize` };
      host.dispatchEvent(Object.assign(new Event('securitypolicyviolation'), event, changes));
    };

    it.each([ISSUER, `${SHOP}/login`])('gets a link in its place at once, whichever address is blocked: %s', (at) => {
      mount();
      violate({ blockedURI: at });
      expect(host.frames).toEqual([]);
      expect(host.notes.map(({ textContent, href }) => [textContent, href])).toEqual([
        ['[Continue to sign in]', '/login'],
      ]);
      expect(explained).toMatchObject([{ of: 'frame', blocked: true }]);
      expect(heard).toEqual(['error setup_frame_src']);
      host.pass(8_000);
      expect(host.notes, 'and no second one').toHaveLength(1);
    });

    it.each<Partial<SecurityPolicyViolationEvent>>([
      { blockedURI: 'https://ads.example' },
      { effectiveDirective: 'connect-src' },
      { disposition: 'report' },
    ])('is not one that %o is about', (changes) => {
      const element = mount();
      violate(changes);
      expect(host.frames).toEqual([element]);
      expect(explained).toEqual([]);
    });
  });

  describe('FT-B8b: an iframe that never gets ready', () => {
    const said = () => host.notes.map(({ textContent, href, target }) => [textContent, href, target]);

    it('gets a way round it after 8 s, at the top level', () => {
      const element = mount();
      host.pass(7_999);
      expect(said()).toEqual([]);
      host.pass(8_000);
      expect(said()).toEqual([['This takes longer than usual. [Continue to sign in]', '/login', '_top']]);
      expect(host.frames, 'it may be slow, or a page of the site’s own').toEqual([element]);
    });

    it('MISTAKE-FRAME-TOLD: is told of to the developer, with the page of this website that is in it', () => {
      const shown = { URL: `${SHOP}/login`, title: 'Not found' };
      mount().contentDocument = shown;
      host.pass(8_000);
      expect(explained).toEqual([{ of: 'frame', src: '/login', origin: ISSUER, blocked: false, shown }]);
      expect(heard, 'it may only be slow').toEqual([]);
    });

    it('gets none where it is ready in time, and loses it where it comes late', async () => {
      const element = mount();
      nest(host, element, guestPage);
      connect();
      await delivered();
      host.pass(8_000);
      expect(said()).toEqual([]);
      frame.close();
      const late = mount();
      host.pass(8_000);
      expect(said()).toHaveLength(1);
      guestPage = new FakeWindow(ISSUER);
      guestPage.location.ancestorOrigins = [SHOP];
      nest(host, late, guestPage);
      connect();
      await delivered();
      expect(said()).toEqual([]);
    });

    it('says nothing more once it was taken away', () => {
      mount();
      host.pass(8_000);
      frame.close();
      host.pass(8_000);
      expect([host.notes, host.timers.size]).toEqual([[], 0]);
    });

    it('is not taken for ready by what another page says', () => {
      mount();
      host.deliver({ channel: BRIDGE_CHANNEL, type: 'ready' }, { origin: 'https://evil.example', source: {} });
      host.pass(8_000);
      expect(said()).toHaveLength(1);
    });
  });

  it('FT-A1b: takes nothing from markup that has the names of a document', async () => {
    for (const name of ['defaultView', 'baseURI', 'createElement', 'referrer'])
      Object.defineProperty(host.document, name, { value: { name: 'img' } });
    const element = await talk();
    expect(element.src).toBe('/login');
    guest.redirect(BACK);
    await delivered();
    expect(host.visited).toEqual([BACK]);
  });

  it.each([
    ['another window on the right origin', () => ({ origin: ISSUER, source: {} })],
    [
      'the right window on another origin',
      () => ({ origin: 'https://evil.example', source: onlyFrame().contentWindow }),
    ],
    ['the right window on an opaque origin', () => ({ origin: 'null', source: onlyFrame().contentWindow })],
    [
      'an origin that only begins alike',
      () => ({ origin: `${ISSUER}.evil.example`, source: onlyFrame().contentWindow }),
    ],
    ['no window at all', () => ({ origin: ISSUER, source: null })],
  ])('does not believe %s', async (_, from) => {
    await talk();
    host.deliver(redirect, from());
    expect(host.visited).toEqual([]);
  });

  it('does not believe a frame that it took away', async () => {
    const source = (await talk()).contentWindow;
    frame.close();
    host.deliver(redirect, { origin: ISSUER, source });
    host.deliver(redirect, { origin: ISSUER, source: null });
    expect(host.visited).toEqual([]);
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'intent://x', '/relative', 'https://', 7, null])(
    'goes nowhere but to web pages: not to %s',
    async (redirect_to) => {
      const element = await talk();
      host.deliver({ ...redirect, redirect_to }, { origin: ISSUER, source: element.contentWindow });
      expect(host.visited).toEqual([]);
    },
  );

  it.each([
    null,
    'ready',
    {},
    { type: 'redirect', redirect_to: BACK },
    { channel: BRIDGE_CHANNEL, type: 'size', height: -1 },
  ])('passes over what is none of ours: %j', async (data) => {
    const element = await talk();
    const before = [...heard, element.style['height']];
    host.deliver(data, { origin: ISSUER, source: element.contentWindow });
    expect([...heard, element.style['height']]).toEqual(before);
  });

  it.each([
    ['src', 'javascript:alert(1)'],
    ['origin', 'null'],
    ['origin', 'id.example'],
  ])('refuses a %s of %s', (option, value) => {
    expect(() => mount({ [option]: value })).toThrow(TypeError);
    expect(host.frames).toEqual([]);
  });
});

describe('the guest', () => {
  it('knows when it is in no iframe', () => {
    const alone = new FakeWindow(ISSUER) as unknown as Window & typeof globalThis;
    expect(connectToHost({ allowedOrigins: [SHOP], content: contentOf(height), onLink: () => {} }, alone)).toBeNull();
  });

  it.each([
    ['the browser tells the parent', { ancestorOrigins: [SHOP] }, ''],
    ['the referrer tells it', {}, `${SHOP}/`],
    ['a redirect lost the referrer', {}, ''],
    ['the referrer is our own, after a reload', {}, `${ISSUER}/authorize`],
  ])('finds its host when %s', async (_, location, referrer) => {
    delete guestPage.location.ancestorOrigins;
    Object.assign(guestPage.location, location);
    guestPage.document.referrer = referrer;
    await talk();
    expect(heard).toEqual(['hello light null']);
  });

  it('says nothing to a page that is not allowed, and shows the link there', async () => {
    host = new FakeWindow('https://evil.example');
    guestPage.location.ancestorOrigins = ['https://evil.example'];
    await talk();
    guestPage.pass(0);
    guest.redirect(BACK);
    await delivered();
    expect(host.received).toEqual([]);
    expect(links).toEqual([BACK]);
  });

  it('says nothing to a page that answers from an origin which is not allowed', async () => {
    delete guestPage.location.ancestorOrigins;
    host = new FakeWindow('https://evil.example');
    nest(host, new FakeFrame(host, 'iframe'), guestPage);
    connect();
    const hello = { channel: BRIDGE_CHANNEL, type: 'hello', theme: null, locale: null };
    guestPage.deliver(hello, { origin: 'https://evil.example', source: guestPage.parent });
    guestPage.deliver(hello, { origin: SHOP, source: {} });
    guest.redirect(BACK);
    await delivered();
    expect([heard, host.received]).toEqual([[], []]);
  });

  it('keeps to the host that it has, though another allowed origin should take its place', async () => {
    await talk();
    const hello = { channel: BRIDGE_CHANNEL, type: 'hello', theme: 'dark', locale: null };
    guestPage.deliver(hello, { origin: 'https://other.example', source: guestPage.parent });
    expect(heard).toEqual(['hello light null']);
  });

  describe('with no script around it', () => {
    let top: { location: { href: string } };
    beforeEach(() => {
      top = { location: { href: '' } };
      guestPage.top = top;
      nest(host, null, guestPage);
      connect();
    });

    it('waits a moment, then goes by itself and offers the link', () => {
      guest.redirect(BACK);
      guestPage.pass(1_499);
      expect([top.location.href, links]).toEqual(['', []]);
      guestPage.pass(1_500);
      expect([top.location.href, links]).toEqual([BACK, [BACK]]);
    });

    it('MISTAKE-FRAME-TOLD: tells the developer of a link that a sandbox lets lead nowhere', () => {
      const content = contentOf(height);
      connect({ content });
      guestPage.pass(1_500);
      guest.redirect(BACK);
      expect(explained, 'it was not pressed').toEqual([]);
      content.dispatchEvent(new Event('click'));
      guestPage.pass(4_000);
      expect(explained).toEqual([{ of: 'link' }]);
    });

    it('offers the link when the browser refuses', () => {
      guestPage.top = {
        get location(): never {
          throw new DOMException('no permission to navigate the target frame', 'SecurityError');
        },
      };
      guestPage.pass(1_500);
      guest.redirect(BACK);
      expect(links).toEqual([BACK]);
    });

    it('goes to web pages only', () => {
      guestPage.pass(1_500);
      guest.redirect('javascript:alert(1)');
      expect([top.location.href, links]).toEqual(['', []]);
    });

    it('welcomes a host that comes late', async () => {
      guestPage.pass(1_500);
      const hello = { channel: BRIDGE_CHANNEL, type: 'hello', theme: null, locale: null };
      guestPage.deliver(hello, { origin: SHOP, source: guestPage.parent });
      guest.redirect(BACK);
      await delivered();
      expect([top.location.href, links]).toEqual(['', []]);
      expect(host.received.at(-1)).toEqual({ channel: BRIDGE_CHANNEL, type: 'redirect', redirect_to: BACK });
    });
  });
});
