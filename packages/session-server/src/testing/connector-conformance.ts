import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { answerCases } from './connector-conformance/answers.ts';
import { callbackCases } from './connector-conformance/callbacks.ts';
import { configurationCases } from './connector-conformance/configuration.ts';
import type { ConnectorUnderTest } from './connector-conformance/connector-under-test.ts';
import { lieCases } from './connector-conformance/lies.ts';
import { openingCases } from './connector-conformance/opening.ts';
import { tokenCases } from './connector-conformance/tokens.ts';
import { upstreamCases } from './connector-conformance/upstream.ts';
import { webhookCases } from './connector-conformance/webhooks.ts';

export type {
  ConnectorUnderTest,
  Decision,
  Delivery,
  Lie,
  LieKind,
  Person,
} from './connector-conformance/connector-under-test.ts';

type Way = ConnectorUnderTest['person']['kind'];

/**
 * What every connector must keep, as a vitest suite: `connector.ts` in examples, against a provider
 * that does right, one that lies, and one that answers what no provider should.
 *
 * @param way how people are signed in with it
 * @param make starts the stand-in; called once, and closed by the suite
 */
export function connectorConformance(name: string, way: Way, make: () => Promise<ConnectorUnderTest>): void {
  describe(`${name} keeps the connector contract`, () => {
    let under: ConnectorUnderTest | null = null;
    const current = (): ConnectorUnderTest => {
      if (under?.person.kind !== way) throw new Error(`there is no person who signs in by ${way}`);
      return under;
    };
    beforeAll(async () => {
      under = await make();
    });
    beforeEach(() => current().reset?.());
    afterAll(() => under?.close());

    describe('its options', () => {
      configurationCases(current);
    });
    describe('a connector', () => {
      openingCases(current);
    });
    describe('answers', () => {
      answerCases(current);
    });
    describe('lies', () => {
      lieCases(current);
    });
    OF_ITS_OWN[way](current);
    describe('tokens', () => {
      tokenCases(current);
    });
    describe('webhooks', () => {
      webhookCases(current);
    });
  });
}

/** What concerns one way alone. */
const OF_ITS_OWN: Readonly<Record<Way, (current: () => ConnectorUnderTest) => void>> = {
  wallet: () => {},
  redirect: (current) => {
    describe('a callback', () => {
      callbackCases(current);
    });
  },
  upstream: (current) => {
    describe('a session at the provider', () => {
      upstreamCases(current);
    });
  },
};
