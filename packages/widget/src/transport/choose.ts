import { connectByPoll } from './poll.ts';
import { connectBySocket } from './socket.ts';
import type { Connection, Transport } from './transport.ts';
import type { Timer } from './environment.ts';

/** Failures in a row, with no snapshot between them, after which the long poll takes over. */
const MISSES = 2;
/** While the long poll carries, how long until the socket is tried again. */
const RETRY_SOCKET_MS = 30_000;

/** WebSocket first; the long poll where sockets do not get through, until one does. */
export const connect: Transport = (credentials, events, environment) => {
  if (environment.WebSocket === null) return connectByPoll(credentials, events, environment);

  let socket: Connection | null = null;
  let poll: Connection | null = null;
  let misses = 0;
  let timer: Timer = null;

  function trySocket(): void {
    misses = 0;
    socket = connectBySocket(
      credentials,
      {
        onSnapshot: (snapshot) => {
          misses = 0;
          events.onSnapshot(snapshot);
        },
        onState: (state) => {
          if (state === 'socket') {
            poll?.close();
            poll = null;
            events.onState(state);
            return;
          }
          misses += 1;
          // The long poll carries meanwhile, so a failed trial is nobody's concern.
          if (poll !== null) leaveSocket();
          else if (misses >= MISSES) fallBack();
          else events.onState(state);
        },
        onError: stop,
      },
      environment,
    );
  }

  function fallBack(): void {
    leaveSocket();
    poll = connectByPoll(credentials, { ...events, onError: stop }, environment);
    events.onState('reconnecting');
  }

  function leaveSocket(): void {
    socket?.close();
    socket = null;
    timer = environment.setTimeout(trySocket, RETRY_SOCKET_MS);
  }

  function stop(code: string): void {
    close();
    events.onError(code);
  }

  function close(): void {
    environment.clearTimeout(timer);
    socket?.close();
    poll?.close();
  }

  trySocket();
  return { close };
};
