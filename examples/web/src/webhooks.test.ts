import { Webhook } from 'standardwebhooks';
import { expect, it } from 'vitest';
import { WebhookLog } from './webhooks.ts';

const SECRET = `whsec_${Buffer.from('demo-webhook-secret-of-the-shop!').toString('base64')}`;
const body = JSON.stringify({ type: 'user.signed_in', timestamp: '2026-06-01T00:00:00.000Z', data: { sub: 'ada' } });

function signed(secret: string, id = 'msg_1', at = new Date()): Readonly<Record<string, string>> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  };
}

it('the shop takes what its secret signed, once', () => {
  const log = new WebhookLog();
  log.take(signed(SECRET), body);
  log.take(signed(SECRET), body);
  expect(log.latest).toMatchObject([{ id: 'msg_1', type: 'user.signed_in', data: { sub: 'ada' } }]);
});

it('the shop takes nothing that another secret signed, that was changed, or that is an hour old', () => {
  const log = new WebhookLog();
  const other = `whsec_${Buffer.alloc(32, 'x').toString('base64')}`;
  expect(() => log.take(signed(other), body)).toThrow();
  expect(() => log.take(signed(SECRET), body.replace('ada', 'eve'))).toThrow();
  expect(() => log.take(signed(SECRET, 'msg_2', new Date(Date.now() - 3_600_000)), body)).toThrow();
  expect(() => log.take({}, body)).toThrow();
  expect(log.latest).toEqual([]);
});
