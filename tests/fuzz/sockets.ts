/** One conversation on a WebSocket, of messages that are mostly right, in frames that are mostly whole. */
import { randomBytes } from 'node:crypto';
import { type Socket, connect } from 'node:net';
import type { Pool } from './pool.ts';
import type { Random } from './random.ts';

const TEXT = 1;
const WITHIN_MS = 12_000;

/** Answers what was wrong. The server may close whenever it likes; it may not be silent to a right subscription. */
export async function talk(port: number, random: Random, pool: Pool): Promise<readonly string[]> {
  const socket = connect(port, '127.0.0.1');
  let received = Buffer.alloc(0);
  let isOver = false;
  let heard = (): void => {};
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    heard();
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    isOver = true;
    heard();
  });
  const until = async (isThere: () => boolean): Promise<boolean> => {
    const latest = performance.now() + WITHIN_MS;
    while (!isThere()) {
      if (isOver || performance.now() > latest) return isThere();
      await new Promise<void>((resolve) => {
        const late = setTimeout(resolve, 1_000);
        heard = () => {
          clearTimeout(late);
          resolve();
        };
      });
    }
    return true;
  };
  try {
    const session = pool.session();
    const origin = random.pick([
      `https://${session?.client_id ?? 'shop'}.example`,
      'https://shop.example',
      'https://evil.example',
      'null',
    ]);
    const isRight = random.chance(0.7);
    const head = [
      `GET /session/events HTTP/1.1`,
      'host: fuzz',
      `connection: ${isRight ? 'Upgrade' : random.pick(['upgrade, close', 'keep-alive', 'Upgrade'])}`,
      'upgrade: websocket',
      `sec-websocket-version: ${isRight ? '13' : random.pick(['13', '8', 'x', ''])}`,
      `sec-websocket-key: ${isRight ? randomBytes(16).toString('base64') : random.pick(['x', '', 'a'.repeat(3_000)])}`,
      `sec-websocket-protocol: ${isRight ? 'beckon.v1' : random.pick(['beckon.v1', 'beckon.v2', ' , ,', 'a'.repeat(2_000)])}`,
      ...(random.chance(0.8) ? [`origin: ${origin}`] : []),
      ...(random.chance(0.1) ? ['sec-websocket-extensions: permessage-deflate; server_max_window_bits=99'] : []),
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    if (!(await until(() => received.includes('\r\n\r\n')))) return isOver ? [] : ['no answer to the upgrade'];
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(received.toString('latin1'))?.[1]);
    if (status !== 101) return status >= 400 && status < 500 ? [] : [`the upgrade was answered with ${status}`];
    const frames = 1 + random.int(6);
    for (let n = 0; n < frames; n += 1) if (socket.writable) socket.write(frameOf(random, pool));
    if (random.chance(0.3)) await until(() => received.length > 400);
    return [];
  } finally {
    end(socket, random);
  }
}

function end(socket: Socket, random: Random): void {
  if (random.chance(0.5))
    socket.write(frame(8, random.pick([Buffer.alloc(0), Buffer.from([3, 232]), Buffer.from([0]), randomBytes(125)])));
  socket.destroySoon();
  socket.unref();
}

function frameOf(random: Random, pool: Pool): Buffer {
  if (random.chance(0.15)) {
    return random.pick([
      () => randomBytes(1 + random.int(40)),
      () => frame(2, Buffer.from('binary')),
      () => frame(9, randomBytes(125)),
      () => frame(10, randomBytes(8)),
      () => frame(TEXT, Buffer.from([0xc3, 0x28])),
      () => frame(TEXT, Buffer.from('half'), { fin: false }),
      () => frame(0, Buffer.from('no beginning')),
      () => frame(3, Buffer.from('no such kind')),
      () => frame(TEXT, Buffer.alloc(5_000, 'a')),
      () => frame(TEXT, Buffer.from('{}'), { isMasked: false }),
      () => Buffer.from([0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
    ])();
  }
  return frame(TEXT, Buffer.from(messageOf(random, pool)));
}

function messageOf(random: Random, pool: Pool): string {
  const session = pool.session();
  const message: Record<string, unknown> = {
    type: random.chance(0.8) ? 'subscribe' : 'unsubscribe',
    session_id: session?.id ?? 'none-yet',
    session_secret: session?.secret ?? 'none-yet',
  };
  if (random.chance(0.4)) {
    const name = random.pick([...Object.keys(message), 'extra', '__proto__', 'version', 'qr_frames']);
    message[name] = random.pick<unknown>([
      null,
      1,
      -1,
      1e308,
      [],
      {},
      '',
      '\0',
      pool.any(),
      'a'.repeat(3_000),
      { a: { b: 1 } },
      '__proto__',
      'ping',
    ]);
  }
  const text = JSON.stringify(message);
  return random.chance(0.1) ? text.slice(0, random.int(text.length)) : text;
}

function frame(
  opcode: number,
  payload: Buffer,
  { fin = true, isMasked = true }: { readonly fin?: boolean; readonly isMasked?: boolean } = {},
): Buffer {
  const mask = isMasked ? 0x80 : 0;
  const length =
    payload.length < 126
      ? Buffer.from([mask | payload.length])
      : Buffer.from([mask | 126, payload.length >> 8, payload.length & 0xff]);
  const key = randomBytes(4);
  const body = isMasked ? Buffer.from(payload.map((byte, at) => byte ^ key[at % 4]!)) : payload;
  return Buffer.concat([Buffer.from([(fin ? 0x80 : 0) | opcode]), length, ...(isMasked ? [key] : []), body]);
}
