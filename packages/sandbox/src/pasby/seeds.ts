import { createCipheriv, createDecipheriv } from 'node:crypto';

/** Turns a request's id into as many QR texts as one likes, no two alike, and back. */
export interface Seeds {
  make(id: string): string;
  /** Null for a text that is no seed; what comes back from another person's seed is no id. */
  read(text: string): string | null;
}

/** `pasby://<hex>-vi(<hex iv>)`: AES-256-CTR of the id under a fresh iv, as a decoded sample has it. */
export function createSeeds(random: (bytes: number) => Uint8Array): Seeds {
  const key = random(32);
  return {
    make(id) {
      const iv = random(16);
      const cipher = createCipheriv('aes-256-ctr', key, iv);
      const content = Buffer.concat([cipher.update(id, 'utf8'), cipher.final()]).toString('hex');
      return `pasby://${content}-vi(${Buffer.from(iv).toString('hex')})`;
    },
    read(text) {
      const parts = /^pasby:\/\/((?:[0-9a-f]{2}){1,64})-vi\(([0-9a-f]{32})\)$/.exec(text);
      if (parts === null) return null;
      const cipher = createDecipheriv('aes-256-ctr', key, Buffer.from(parts[2] ?? '', 'hex'));
      return Buffer.concat([cipher.update(parts[1] ?? '', 'hex'), cipher.final()]).toString('latin1');
    },
  };
}
