import type { ConnectorOffer, Mode } from '@beckon/protocol';
import { describe, expect, it } from 'vitest';
import { fakeSnapshot } from '../transport/fake-browser.ts';
import { isPhone } from './environment.ts';
import { openingChoice } from './opening-choice.ts';

const wallet: ConnectorOffer = {
  id: 'wallet',
  names: { en: 'Wallet' },
  button: null,
  mark: null,
  scan_with: 'app',
  modes: ['qr', 'same_device'],
};
const pushy: ConnectorOffer = {
  id: 'pushy',
  names: { en: 'Pushy' },
  button: null,
  mark: null,
  scan_with: 'app',
  modes: ['direct'],
};
const desktopOnly: ConnectorOffer = {
  id: 'tv',
  names: { en: 'TV' },
  button: null,
  mark: null,
  scan_with: 'app',
  modes: ['qr'],
};

const session = (connectors: readonly ConnectorOffer[], connector: string | null, mode: Mode | null) =>
  fakeSnapshot({ connectors, connector, mode });
const wish = { connector: undefined, loginHint: undefined, phone: false };

it('leaves the server’s choice of a QR code alone on a desk', () => {
  expect(openingChoice(session([wallet], 'wallet', 'qr'), null, wish)).toBeNull();
});

it('asks for the app link on a phone, whatever the server chose', () => {
  const onPhone = { ...wish, phone: true };
  const link = { connector: 'wallet', mode: 'same_device', loginHint: null };
  expect(openingChoice(session([wallet], 'wallet', 'qr'), null, onPhone)).toEqual(link);
  expect(openingChoice(session([wallet], null, null), null, onPhone)).toEqual(link);
  expect(openingChoice(session([wallet, pushy], null, null), null, { ...onPhone, connector: 'wallet' })).toEqual(link);
});

it('SEC-APP-LINK-FIRST: shows the QR code on a phone only where the app has no link', () => {
  expect(openingChoice(session([desktopOnly], 'tv', 'qr'), null, { ...wish, phone: true })).toBeNull();
});

it('asks for the QR code on a desk, where the server chose a link', () => {
  expect(openingChoice(session([wallet], 'wallet', 'same_device'), null, wish)).toMatchObject({ mode: 'qr' });
});

it('leaves the choice between several to the person', () => {
  expect(openingChoice(session([wallet, pushy], null, null), null, wish)).toBeNull();
});

it('takes the connector that the page names, if it is offered', () => {
  const both = session([wallet, desktopOnly], null, null);
  expect(openingChoice(both, null, { ...wish, connector: 'tv' })).toMatchObject({ connector: 'tv', mode: 'qr' });
  expect(openingChoice(both, null, { ...wish, connector: 'unheard-of' })).toBeNull();
});

it('pushes to a person only when it knows whom', () => {
  expect(openingChoice(session([pushy], null, null), null, wish)).toBeNull();
  expect(openingChoice(session([pushy], null, null), null, { ...wish, loginHint: '19900101' })).toEqual({
    connector: 'pushy',
    mode: 'direct',
    loginHint: '19900101',
  });
});

it('takes over what the person chose before, even a QR code on a phone', () => {
  const chosen = { connector: 'wallet', mode: 'qr', loginHint: null } as const;
  const onPhone = { ...wish, phone: true };
  expect(openingChoice(session([wallet, pushy], null, null), chosen, onPhone)).toBe(chosen);
  expect(openingChoice(session([wallet], 'wallet', 'qr'), chosen, onPhone), 'it is made already').toBeNull();
});

const device = (navigator: object, coarse: boolean) =>
  isPhone({ navigator, matchMedia: () => ({ matches: coarse }) } as unknown as Window);

describe('a phone', () => {
  it.each([
    ['says that it is mobile', { userAgentData: { mobile: true }, maxTouchPoints: 0 }, false, true],
    ['is pointed at by a finger', { maxTouchPoints: 5 }, true, true],
    ['is no laptop with a touch screen', { userAgentData: { mobile: false }, maxTouchPoints: 10 }, false, false],
    ['is no television with a remote control', { maxTouchPoints: 0 }, true, false],
  ])('%s', (_, navigator, coarse, phone) => {
    expect(device(navigator, coarse)).toBe(phone);
  });
});
