/**
 * Servers of pages that wait, as little as each can be: bare `ws` and `socket.io`, which ping every 25 s, and server-sent
 * events on node:http with a comment as often. A page that says an id hears what is posted to `/tell/{id}`.
 */
import { once } from 'node:events';
import { type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { type WebSocket, WebSocketServer } from 'ws';

const PING_MS = 25_000;
const [, , kind = ''] = process.argv;

const listeners = new Map<string, WebSocket>();
const streams = new Set<ServerResponse>();
const server = createServer((request, response) => {
  const { url = '/' } = request;
  if (url === '/events') {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('data: waiting\n\n');
    streams.add(response);
    response.on('close', () => streams.delete(response));
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    listeners.get(url.slice('/tell/'.length))?.send(Buffer.concat(chunks).toString());
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"told"}');
  });
});

if (kind === 'ws') {
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  const answering = new WeakSet<WebSocket>();
  sockets.on('connection', (socket) => {
    answering.add(socket);
    socket.on('pong', () => answering.add(socket));
    socket.on('message', (data: Buffer) => {
      listeners.set(data.toString(), socket);
      socket.send('{"status":"waiting"}');
    });
  });
  setInterval(() => {
    for (const socket of sockets.clients) {
      if (!answering.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, PING_MS);
} else if (kind === 'socket.io') {
  const io = new Server(server, { transports: ['websocket'], pingInterval: PING_MS });
  io.on('connection', (socket) => void socket.emit('waiting'));
} else {
  setInterval(() => {
    for (const stream of streams) stream.write(':\n\n');
  }, PING_MS);
}

server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.stdout.write(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
