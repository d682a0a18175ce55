import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { connectorContext } from '../../testing/index.ts';
import { OPTIONS, PRIVATE_KEY } from '../../test-support/fake-pasby.ts';
import { type PasbyOptions, resolvePasbyOptions } from './options.ts';
import { pasby } from './pasby.ts';

const resolved = (changes: Partial<PasbyOptions> = {}): ReturnType<typeof resolvePasbyOptions> =>
  resolvePasbyOptions({ ...OPTIONS, ...changes });

describe('options', () => {
  it.each<[string, Partial<PasbyOptions>, string[]]>([
    ['no private key', { privateKey: '' }, ['privateKey']],
    [
      'a public key',
      { privateKey: PRIVATE_KEY.export({ type: 'pkcs8', format: 'pem' }).toString().slice(50) },
      ['privateKey'],
    ],
    [
      'a key of another kind',
      {
        privateKey: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      },
      ['privateKey'],
    ],
    ['no seeds', { seeds: 0 }, ['seeds']],
    ['v1 direct without ids', { version: 'v1' }, ['app', 'organisation']],
    ['a path that is a URL', { paths: { ping: 'https://evil.example' } }, ['paths.ping']],
  ])('name what is wrong: %s', (_name, changes, paths) => {
    const { issues } = pasby({ ...OPTIONS, ...changes });
    expect(issues.map(({ path }) => path)).toEqual(paths);
    expect(JSON.stringify(issues), 'no value is repeated').not.toContain('PRIVATE KEY');
  });

  it('choose the host by the api key', () => {
    const base = (changes: Partial<PasbyOptions>): unknown => {
      const result = resolved({ baseUrl: undefined, ...changes });
      return result.ok ? result.options.baseUrl : result.issues;
    };
    expect(base({})).toBe('https://s.pasby.africa');
    expect(base({ apiKey: 'bk-live_x', appSecret: 'prd_x' })).toBe('https://l.pasby.africa');
  });

  it('take a PKCS#1 key, v1 without direct, and paths of their own', () => {
    const result = resolved({
      privateKey: PRIVATE_KEY.export({ type: 'pkcs1', format: 'pem' }).toString(),
      version: 'v1',
      modes: ['qr'],
      paths: { stream: '/events' },
    });
    expect(result).toMatchObject({
      ok: true,
      options: { modes: ['qr'], paths: { wildcard: '/api/v1/identification/wildcard', stream: '/events' } },
    });
  });

  it('give the button that pasby prescribes, and promise nothing that is pasby’s to do', async () => {
    const connector = await pasby(OPTIONS).open(connectorContext());
    expect(connector).toMatchObject({
      id: 'pasby',
      names: { en: 'pasby' },
      button: { background: '#dd3e3e', text: '#ffffff' },
      modes: ['qr', 'same_device', 'direct'],
      verifies: { number: false, network: false },
      redirect: null,
      wallet: null,
    });
  });
});
