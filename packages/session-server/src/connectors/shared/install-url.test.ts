import { describe, expect, it } from 'vitest';
import { OPTIONS as PASBY } from '../../test-support/fake-pasby.ts';
import { openConnector } from '../../test-support/connector-calls.ts';
import { didit } from '../didit/index.ts';
import { pasby } from '../pasby/index.ts';
import { wallet } from '../wallet/index.ts';
import type { InstallUrl } from './option-schemas.ts';

/** Where people get an app, the same for each connector that opens one. */
const CONNECTORS = {
  wallet: (installUrl: InstallUrl) =>
    wallet({ issuers: [{ issuer: 'https://wallet.example', clientIds: ['app'] }], installUrl }),
  pasby: (installUrl: InstallUrl) => pasby({ ...PASBY, installUrl }),
  didit: (installUrl: InstallUrl) => didit({ clientId: 'shop', clientSecret: 's3cret', installUrl }),
};
const STORES = { ios: 'https://apps.example/1', android: 'https://play.example/1', other: 'https://get.example/' };

describe.each(Object.entries(CONNECTORS))('%s', (_, make) => {
  it.each<[InstallUrl, unknown]>([
    ['https://get.example/app', { other: 'https://get.example/app' }],
    [STORES, STORES],
    [{ ios: STORES.ios }, { ios: STORES.ios }],
    ['http://127.0.0.1:4402/get', { other: 'http://127.0.0.1:4402/get' }],
  ])('FT-C73a: has the links that the operator set: %j', async (installUrl, install) => {
    expect(await openConnector(make(installUrl))).toMatchObject({ install });
  });

  it.each([
    'http://get.example/app',
    'javascript:alert(1)',
    'intent://x#Intent;end',
    'get.example',
    { ios: 'itms-apps://apps.example/1' },
    { windows: 'https://get.example/' },
  ])('FT-C73a: refuses what is not https: %j', (installUrl) => {
    const { issues } = make(installUrl);
    expect(issues.map(({ path }) => path.split('.')[0])).toEqual(['installUrl']);
    expect(JSON.stringify(issues), 'no value is repeated').not.toMatch(/get\.example|alert|apps\.example/);
  });
});

it('FT-C73a: knows none by itself', async () => {
  const config = wallet({ issuers: [{ issuer: 'https://wallet.example', clientIds: ['app'] }] });
  expect(await openConnector(config)).toMatchObject({ install: null });
});
