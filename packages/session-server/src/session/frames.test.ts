import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exampleSession } from '../testing/example-session.ts';
import { type Mode, QR_LIMIT } from '@beckon/protocol';
import {
  type LinkSettings,
  type LinkVerdict,
  handoverEnd,
  handoverLink,
  linkKeyOf,
  linkMac,
  parseLink,
  sameDeviceLink,
  timedQr,
  verifyLink,
} from './frames.ts';
import type { Choice, InitializedSession } from './session.ts';

const START = Date.UTC(2026, 0, 1);
const BASE = 'https://id.example/Q/';
const SECRET = Uint8Array.from({ length: 32 }, (_, i) => i);
const KEY = linkKeyOf(SECRET);
const settings: LinkSettings = { key: KEY, frame_ms: 2000 };

function sessionIn(mode: Mode | null, id = 'K3M9X7QPWN4RTBVC2D6FGH8JYZ'): InitializedSession {
  return { ...exampleSession(START, { id }), choice: mode === null ? null : choiceOf(mode) };
}

function choiceOf(mode: Mode): Choice {
  return { connector: 'wallet', mode, cross_device: mode !== 'same_device', verifies_number: true };
}

/** The verdict on a text that was read from a QR code or a link, `ms` after the session began. */
function judge(text: string, ms: number, session = sessionIn('qr'), given = settings): LinkVerdict {
  const link = parseLink(text.slice(BASE.length));
  if (link === null) throw new Error(`${text} is no link`);
  return verifyLink(given, session, link, START + ms);
}

function frameAt(ms: number, session = sessionIn('qr')): string {
  const { prefix, step, macs } = timedQr(settings, BASE, session, START + ms);
  return `${prefix}${step}.${macs[0]}`;
}

describe('the MAC', () => {
  // Made with Python's hmac, hashlib and base64 and OpenSSL's AES-256-ECB, from the formula above the code.
  it.each([
    ['0', 'TSC4HZAFLJ3FPO7E6HN34DLB24'],
    ['7', 'JEB5VEH2ULGWAG5BFZBZMXFZWY'],
    ['S', '4XV7OOUAITVZTPCMDOMEQNCVHU'],
    ['H7', 'FGJHPYBJ5OYHP6ZOFLJI2IWEM4'],
  ] as const)('of step %s is what another implementation makes', (step, mac) => {
    expect(linkMac(KEY, 'K3M9X7QPWN4RTBVC2D6FGH8JYZ', step)).toBe(mac);
  });
});

describe('a frame of release 0.1', () => {
  it.each([
    ['0', 'TAER4V2JVJK353MBBBRALLR3BY'],
    ['7', 'ZIZD22IPFGTM3GL3UNUD6BZ6XI'],
  ])('is good as long as one of ours: step %s', (step, mac) => {
    const at = (ms: number): LinkVerdict => verifyLink(settings, sessionIn('qr'), { step, mac }, START + ms);
    const begins = Number(step) * 2000;
    expect([at(begins), at(begins + 11_999), at(begins + 12_000)]).toEqual(['ok', 'ok', 'stale']);
    expect(verifyLink(settings, sessionIn('qr'), { step: '1', mac }, START + 2000)).toBe('forged');
    expect(verifyLink(settings, sessionIn('qr'), { step: `H${step}`, mac }, START + begins)).toBe('forged');
  });
});

describe('frames', () => {
  it('are upper case throughout, for QR alphanumeric mode', () => {
    const { id } = sessionIn('qr');
    expect(frameAt(4000)).toBe(`HTTPS://ID.EXAMPLE/Q/${id}.2.${linkMac(KEY, id, '2')}`);
    expect(frameAt(0)).toMatch(/^[0-9A-Z $%*+\-./:]+$/);
  });

  it('FT-E3a: cover the whole life at once, the first being shown now', () => {
    const session = sessionIn('qr');
    const { step, from_ms, interval_ms, macs } = timedQr(settings, BASE, session, START + 5500);
    expect([step, from_ms - START, interval_ms]).toEqual([2, 4000, 2000]);
    expect(macs).toEqual(Array.from({ length: 58 }, (_, index) => linkMac(KEY, session.id, String(2 + index))));
    const lastBegins = from_ms + (macs.length - 1) * interval_ms;
    expect([lastBegins < session.expires_at, lastBegins + interval_ms >= session.expires_at]).toEqual([true, true]);
  });

  it('end with the session, but there is always one to show', () => {
    const session = sessionIn('qr');
    const left = (now: number): number => timedQr(settings, BASE, session, now).macs.length;
    expect(left(session.expires_at - 4001), 'the one that is shown, and two').toBe(3);
    expect(left(session.expires_at - 4000)).toBe(2);
    expect(left(session.expires_at - 1)).toBe(1);
    expect(left(session.expires_at), 'over').toBe(1);
    const odd = { ...session, expires_at: session.expires_at + 1 };
    expect(timedQr(settings, BASE, odd, START).macs, 'the last one begins a ms before the end').toHaveLength(61);
  });

  it('are taken over from those that were made before, where they are of the same life', () => {
    const session = sessionIn('qr');
    const before = timedQr(settings, BASE, session, START);
    const made = timedQr(settings, BASE, session, START + 7000);
    const unusable = { ...settings, key: linkKeyOf(Uint8Array.from({ length: 32 }, () => 9)) };
    expect(timedQr(unusable, BASE, session, START + 7000, before), 'nothing is made').toEqual(made);
    const longer = { ...session, expires_at: session.expires_at + 60_000 };
    expect(timedQr(settings, BASE, longer, START, before)).toEqual(timedQr(settings, BASE, longer, START));
    expect(timedQr(settings, BASE, session, START, made), 'of later').toEqual(before);
  });

  it('of the longest life and the shortest time for each are no more than a reader takes', () => {
    const session = { ...sessionIn('qr'), expires_at: START + 600_000 };
    expect(timedQr({ ...settings, frame_ms: 500 }, BASE, session, START).macs.length).toBeLessThan(QR_LIMIT);
  });

  it('a frame is good from its first ms for 12 s, and not before', () => {
    const text = frameAt(20_000);
    expect(judge(text, 19_999), 'a frame sent ahead is not on the screen yet').toBe('stale');
    expect(judge(text, 20_000)).toBe('ok');
    expect(judge(text, 31_999)).toBe('ok');
    expect(judge(text, 32_000)).toBe('stale');
  });

  it('is good only in mode qr', () => {
    const text = frameAt(0);
    expect(judge(text, 0, sessionIn('same_device'))).toBe('stale');
    expect(judge(text, 0, sessionIn('direct'))).toBe('stale');
    expect(judge(text, 0, sessionIn(null))).toBe('stale');
  });
});

describe('the same-device link', () => {
  const text = sameDeviceLink(settings, BASE, sessionIn('same_device'));

  it('keeps the case of the base, which an app link is matched by', () => {
    expect(text.startsWith(BASE)).toBe(true);
  });

  it('is good as long as the session, in mode same_device only', () => {
    expect(judge(text, 0, sessionIn('same_device'))).toBe('ok');
    expect(judge(text, 119_999, sessionIn('same_device'))).toBe('ok');
    expect(judge(text, 0, sessionIn('qr')), 'a QR that never changes would come back through this').toBe('stale');
    expect(judge(text, 0, sessionIn(null))).toBe('stale');
  });
});

describe('the handover link', () => {
  const text = handoverLink(settings, BASE, sessionIn('qr'), '10');

  it('is good for 60 s from the beginning of its step, in mode qr only', () => {
    expect(judge(text, 19_999)).toBe('stale');
    expect(judge(text, 20_000)).toBe('ok');
    expect(judge(text, 79_999)).toBe('ok');
    expect(judge(text, 80_000)).toBe('stale');
    expect(judge(text, 20_500, sessionIn('same_device'))).toBe('stale');
  });

  it('FT-A4a: has the step of the frame that was scanned, also when it was made of a copy', () => {
    const copy = parseLink(text.slice(BASE.length));
    expect(copy?.step).toBe('H10');
    expect(handoverLink(settings, BASE, sessionIn('qr'), copy?.step ?? ''), 'a copy of the copy is the copy').toBe(
      text,
    );
    for (const step of ['10', 'H10', 'h10']) expect(handoverEnd(settings, sessionIn('qr'), step)).toBe(START + 80_000);
    expect(() => handoverLink(settings, BASE, sessionIn('qr'), 'S')).toThrow(TypeError);
  });

  it('cannot be made from a frame, nor a frame from it', () => {
    const session = sessionIn('qr');
    const frameMac = linkMac(KEY, session.id, '10');
    const handoverMac = linkMac(KEY, session.id, 'H10');
    expect(verifyLink(settings, session, { step: 'H10', mac: frameMac }, START + 20_000)).toBe('forged');
    expect(verifyLink(settings, session, { step: '10', mac: handoverMac }, START + 20_000)).toBe('forged');
    expect(verifyLink(settings, sessionIn('same_device'), { step: 'S', mac: frameMac }, START)).toBe('forged');
  });
});

describe('reading a link', () => {
  const mac = 'TSC4HZAFLJ3FPO7E6HN34DLB24';

  it('takes any case and answers upper case', () => {
    const upper = { session_id: 'K3M9', step: 'H12', mac };
    expect(parseLink(`K3M9.H12.${mac}`)).toEqual(upper);
    expect(parseLink(`k3m9.h12.${mac.toLowerCase()}`)).toEqual(upper);
    expect(verifyLink(settings, sessionIn('qr'), { step: '0', mac: mac.toLowerCase() }, START)).toBe('ok');
  });

  it.each([
    `K3M9.${mac}`,
    `K3M9.0.${mac}.`,
    `K3M9.0.${mac}=`,
    `K3M9.0.${mac}\n`,
    `K3M9.0.${mac.slice(1)}`,
    `.0.${mac}`,
    `K3 M9.0.${mac}`,
    `K3M9..${mac}`,
    `${'K'.repeat(65)}.0.${mac}`,
    `K3M9.0.${mac.replace('T', '1')}`,
    `K3M9.0.${mac.replace('T', 'ı')}`,
    '',
  ])('is strict about the form: %j', (text) => {
    expect(parseLink(text)).toBe(null);
  });

  it.each([
    '00',
    '01',
    '+1',
    '-1',
    '1.0',
    '1e0',
    '0x1',
    ' 1',
    '1 ',
    '',
    '٣',
    'H',
    'H01',
    'H+1',
    'S0',
    'SS',
    '9'.repeat(10),
  ])('is strict about the step: %j', (step) => {
    expect(parseLink(`K3M9.${step}.${mac}`)).toBe(null);
    const session = sessionIn('qr');
    // Even under a MAC that fits: the forms of a step must not multiply the links of one.
    const genuine = linkMac(KEY, session.id, step.toUpperCase());
    expect(verifyLink(settings, session, { step, mac: genuine }, START)).toBe('forged');
  });
});

describe('whatever is tampered with', () => {
  const id = fc.stringMatching(/^[0-9A-Z]{26}$/);
  const ms = fc.integer({ min: 0, max: 119_999 });

  it('a frame verifies when it is shown, and never for another session', () => {
    fc.assert(
      fc.property(id, id, ms, (one, other, at) => {
        const text = frameAt(at, sessionIn('qr', one));
        expect(judge(text, at, sessionIn('qr', one))).toBe('ok');
        expect(judge(text, at, sessionIn('qr', other))).toBe(one === other ? 'ok' : 'forged');
      }),
    );
  });

  it('a MAC never verifies with another step, in any mode', () => {
    const step = fc.oneof(
      fc.nat(200).map(String),
      fc.nat(200).map((n) => `H${n}`),
      fc.constant('S'),
    );
    fc.assert(
      fc.property(step, step, ms, fc.constantFrom<Mode>('qr', 'same_device', 'direct'), (made, given, at, mode) => {
        fc.pre(made !== given);
        const session = sessionIn(mode);
        const mac = linkMac(KEY, session.id, made);
        expect(verifyLink(settings, session, { step: given, mac }, START + at)).toBe('forged');
      }),
    );
  });

  it('a frame never verifies under another secret', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), ms, (secret, at) => {
        const same = Buffer.from(secret).equals(SECRET);
        expect(judge(frameAt(at), at, sessionIn('qr'), { ...settings, key: linkKeyOf(secret) })).toBe(
          same ? 'ok' : 'forged',
        );
      }),
    );
  });

  it('no single character of a MAC may differ', () => {
    const text = frameAt(0);
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.split('');
    fc.assert(
      fc.property(fc.nat(25), fc.constantFrom(...letters), (place, letter) => {
        const at = text.length - 26 + place;
        const changed = text.slice(0, at) + letter + text.slice(at + 1);
        expect(judge(changed, 0)).toBe(changed === text ? 'ok' : 'forged');
      }),
      { numRuns: 500 },
    );
  });

  it('a frame is accepted exactly while it is at most 5 steps old', () => {
    fc.assert(
      fc.property(ms, ms, (shown, read) => {
        const age = Math.floor(read / 2000) - Math.floor(shown / 2000);
        expect(judge(frameAt(shown), read)).toBe(age >= 0 && age <= 5 ? 'ok' : 'stale');
      }),
    );
  });
});
