import { expect, it } from 'vitest';
import type { WebhookCapability, WebhookEvent } from '../../connectors/connector.ts';
import type { ConnectorUnderTest, Delivery } from './connector-under-test.ts';
import { openConnector } from './sign-in.ts';

/** Deliveries to the webhook: only what the provider signed, and signed just now. */
export function webhookCases(current: () => ConnectorUnderTest): void {
  interface Delivered {
    readonly webhooks: WebhookCapability;
    readonly delivery: Delivery;
  }
  const delivered = async (): Promise<Delivered | null> => {
    const under = current();
    const { connector } = await openConnector(under);
    expect(connector.webhooks !== null, 'a connector with webhooks is given a delivery, and no other').toBe(
      under.delivery !== undefined,
    );
    if (connector.webhooks === null || under.delivery === undefined) return null;
    return { webhooks: connector.webhooks, delivery: await under.delivery() };
  };

  it('that are genuine are read, each the same at any time', async ({ skip }) => {
    const { webhooks, delivery } = (await delivered()) ?? skip('it has no webhooks');
    const event = webhooks.read(delivery.headers, delivery.body);
    expect(event.id).toMatch(/^.{1,128}$/);
    expect(webhooks.read(delivery.headers, delivery.body)).toEqual(event);
  });

  it('that are not are refused', async ({ skip }) => {
    const { webhooks, delivery } = (await delivered()) ?? skip('it has no webhooks');
    const { headers, body } = delivery;
    const altered = Uint8Array.from(body);
    altered[altered.length - 2] = (altered[altered.length - 2] ?? 0) ^ 1;
    const signatures = Object.keys(headers).filter((name) => /signature/i.test(name));
    const wrong: readonly (readonly [string, () => WebhookEvent])[] = [
      ['without headers', () => webhooks.read({}, body)],
      ['with another body', () => webhooks.read(headers, altered)],
      ['with a longer body', () => webhooks.read(headers, Buffer.concat([body, Buffer.from(' ')]))],
      ['without a body', () => webhooks.read(headers, new Uint8Array())],
      ...signatures.flatMap((name) =>
        ['', 'AAAA', '00'.repeat(32), `${headers[name] ?? ''}0`].map(
          (value) => [`with ${name}: ${value}`, () => webhooks.read({ ...headers, [name]: value }, body)] as const,
        ),
      ),
    ];
    expect(wrong.map(([name, read]) => [name, codeOf(read)])).toEqual(wrong.map(([name]) => [name, 'webhook_refused']));
  });
}

function codeOf(read: () => WebhookEvent): unknown {
  try {
    return read();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}
