import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Faults } from './faults.ts';
import type { Sessions } from './sessions.ts';

export interface Notifications {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** How many listen. */
  readonly size: number;
  /** Cuts every socket. */
  cut(): void;
}

/** `/auth/ws/notifications/?token={session_token}` tells `{"message":{"status":"retrieved"}}` (Didit's demo center, `useAuth.ts`). */
export function createNotifications(sessions: Sessions, faults: Faults): Notifications {
  const server = new WebSocketServer({ noServer: true, maxPayload: 4096 });
  const open = new Set<WebSocket>();
  return {
    upgrade(request, socket, head) {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
      const session = sessions.byToken(searchParams.get('token') ?? '');
      if (!/^\/auth\/ws\/notifications\/?$/.test(pathname) || session === null || faults.silent) {
        socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, socket, head, (accepted) => {
        open.add(accepted);
        const stop = sessions.listen(session, (status) => accepted.send(JSON.stringify({ message: { status } })));
        accepted.on('error', () => {});
        accepted.on('close', () => {
          stop();
          open.delete(accepted);
        });
      });
    },
    get size() {
      return open.size;
    },
    cut() {
      for (const socket of open) socket.terminate();
    },
  };
}
