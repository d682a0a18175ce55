import { createHmac } from 'node:crypto';

/**
 * What a receiver knows a delivery by (Standard Webhooks): one signature for each secret.
 * @param timestamp Unix seconds
 */
export function signatures(secrets: readonly string[], id: string, timestamp: number, body: string): string {
  return secrets
    .map((secret) => {
      const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
      return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
    })
    .join(' ');
}
