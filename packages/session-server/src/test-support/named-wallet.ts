import { type Connector, NO_CAPABILITIES } from '../connectors/connector.ts';

/** A wallet whose access token is the person's name. @param claims what it says of every person */
export function namedWallet(claims: Readonly<Record<string, unknown>> = {}): Connector {
  return {
    ...NO_CAPABILITIES,
    id: 'wallet',
    names: { en: 'Wallet' },
    button: null,
    modes: ['qr', 'same_device'],
    verifies: { number: true, network: true },
    wallet: {
      authenticate: (token) => Promise.resolve({ issuer: 'https://wallet.example', subject: token }),
      identify: (_token, { subject }) =>
        Promise.resolve({ subject, claims, acr: null, amr: [], auth_time: 1_700_000_000 }),
      handOver: () => null,
      installUrl: null,
      appleAppIds: [],
      androidApps: [],
    },
  };
}
