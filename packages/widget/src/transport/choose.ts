import { connectByPoll } from './poll.ts';
import { connectBySocket, socketUrl } from './socket.ts';
import type { Connection, Transport } from './transport.ts';
import type { Timer } from './environment.ts';

/** Failures in a row after which the long poll takes over, where no socket ever got through. */
const MISSES = 2;
/** The same where one did: then it is rather the server that restarts, and the next socket will do. */
const MISSES_AFTER_SUCCESS = 6;
/** While the long poll carries, how long until the socket is tried again. */
const RETRY_SOCKET_MS = 30_000;

/** WebSocket first; the long poll where sockets do not get through, until one does. */
export const connect: Transport = (credentials, events, environment) => {
  if (environment.WebSocket === null) return connectByPoll(credentials, events, environment);

  let socket: Connection | null = null;
  let poll: Connection | null = null;
  let misses = 0;
  let limit = MISSES;
  let timer: Timer = null;

  function trySocket(): void {
    misses = 0;
    socket = connectBySocket(
      credentials,
      {
        onSnapshot: events.onSnapshot,
        onState: (state) => {
          if (state === 'socket') {
            misses = 0;
            limit = MISSES_AFTER_SUCCESS;
            poll?.close();
            poll = null;
            events.onState(state);
            return;
          }
          misses += 1;
          // The long poll carries meanwhile, so a failed trial needs no care.
          if (poll !== null) leaveSocket();
          else if (misses >= limit) fallBack();
          else events.onState(state);
        },
        onError: stop,
      },
      environment,
    );
  }

  function fallBack(): void {
    leaveSocket();
    const { server } = credentials;
    if (limit === MISSES) void environment.explain?.({ of: 'socket', url: socketUrl(server) });
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
