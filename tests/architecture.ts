/**
 * The architecture as a table: who may import whom. `layering.test.ts` holds the sources against
 * it, so what is written here is what is true. Read it top down: a room knows only rooms that
 * are written below it. Tests may import anything.
 */

/** What one room may import, besides its own files. */
export interface Room {
  /** A whole room (`session/`), or one file of it (`store/store.ts`). */
  readonly rooms: readonly string[];
  /** Workspace packages, npm packages and Node's own modules; a package name includes its subpaths. */
  readonly packages: readonly string[];
}

/** Which workspace packages a workspace package may import. No cycles: the test also computes that. */
export const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  // They start the real servers, as processes.
  bench: [],
  e2e: [],
  // Its configuration has the sandbox's demo keys.
  'examples/web': ['@beckon/widget', '@beckon/session-server', '@beckon/sandbox'],
  'packages/sandbox': [],
  // Its build copies the widget's script, which it serves; none of its rooms imports the widget.
  'packages/session-server': ['@beckon/widget', '@beckon/protocol'],
  'packages/widget': ['@beckon/protocol'],
  'packages/protocol': [],
};

/** What a room needs that keeps something at rest: the contract, and its rows as typed collections. */
const ROWS = ['store/store.ts', 'store/collection.ts', 'store/kinds.ts', 'store/partition.ts'] as const;

/**
 * A room ends in `/`; a file right under `src/` is a room of its own. A folder or a file inside a
 * room is one too where it has a row: then it is no part of the room around it.
 */
export const ROOMS: Readonly<Record<string, Readonly<Record<string, Room>>>> = {
  'packages/session-server': {
    // The process edge and the named public API.
    'cli.ts': { rooms: ['run-cli.ts'], packages: ['node:module'] },
    'run-cli.ts': {
      rooms: [
        'commands/',
        'config/',
        'jobs/timers.ts',
        'store/store-error.ts',
        'workers/workers-error.ts',
        'young-heap.ts',
      ],
      packages: ['node:'],
    },
    // The memory of a process that is the server's own.
    'young-heap.ts': { rooms: ['jobs/timers-port.ts'], packages: [] },
    'index.ts': {
      rooms: ['server/', 'config/', 'connectors/', 'store/', 'telemetry/'],
      packages: [],
    },
    // What a connector and a store in a package of one's own are written against.
    'connector.ts': {
      rooms: [
        'connectors/connector.ts',
        'connectors/define-connector.ts',
        'jobs/timers-port.ts',
        'outbound/network-reason.ts',
        'session/',
      ],
      packages: ['@beckon/protocol'],
    },
    'store.ts': { rooms: ['store/'], packages: [] },
    // What `beckon-server` can be told, one file each.
    'commands/': {
      rooms: ['server/', 'operator/', 'config/', 'keys/', 'secrets/', 'telemetry/', 'outbound/network-reason.ts'],
      packages: ['@beckon/protocol', 'node:'],
    },
    // Published suites: what a store and a connector must keep. They know the contracts, not who keeps them.
    'testing/': {
      rooms: ['jobs/timers.ts', 'store/store.ts', 'connectors/connector.ts', 'session/', 'secrets/'],
      packages: ['@beckon/protocol', 'vitest', 'node:'],
    },
    // The composition root: the only room that chooses implementations.
    'server/': {
      rooms: [
        'admin/',
        'http/',
        'http/routes/',
        'http/pages/',
        'http/policy/',
        'operator/',
        'audit/',
        'funnel/',
        'clients/',
        'webhooks/',
        'webhooks/outbox.ts',
        'upstream-tokens/',
        'realtime/',
        'oauth/',
        'flow/',
        'bus/',
        'workers/',
        'jobs/',
        'keys/',
        'rotation/',
        'config/',
        'connectors/',
        'outbound/',
        'store/',
        'session/',
        'secrets/',
        'telemetry/',
      ],
      packages: ['@beckon/protocol', 'express', 'nanoid', 'node:'],
    },
    // The wiring: the app of all routes, Node's server around it, one line of log a request.
    'http/': {
      rooms: [
        'http/routes/',
        'http/pages/',
        'http/policy/',
        'http/input/',
        'http/observe.ts',
        'http/http-error.ts',
        'oauth/',
        'flow/',
        'realtime/',
        'webhooks/',
        'session/',
        'telemetry/',
      ],
      packages: ['@beckon/protocol', 'express', 'node:'],
    },
    'http/routes/': {
      rooms: [
        'http/pages/',
        'http/policy/',
        'http/input/',
        'http/observe.ts',
        'http/http-error.ts',
        'oauth/',
        'flow/',
        'realtime/',
        'webhooks/',
        'session/',
        'telemetry/',
      ],
      packages: ['@beckon/protocol', 'express', 'zod'],
    },
    // These three know neither routes nor each other.
    'http/pages/': {
      rooms: ['flow/', 'session/'],
      packages: ['@beckon/protocol', 'express', 'qr', 'node:'],
    },
    'http/policy/': {
      rooms: ['http/http-error.ts', 'flow/', 'realtime/', 'session/'],
      packages: ['express', 'ipaddr.js', 'node:'],
    },
    'http/input/': {
      rooms: ['http/http-error.ts', 'oauth/', 'config/wording.ts'],
      packages: ['express', 'zod', 'node:buffer'],
    },
    // The log of a request and what its failure is answered with: routes of the admin port have them too.
    'http/observe.ts': { rooms: ['http/http-error.ts', 'store/store-error.ts', 'telemetry/'], packages: ['express'] },
    // The only place where errors become responses.
    'http/http-error.ts': {
      rooms: ['oauth/', 'flow/', 'connectors/connector.ts', 'store/store-error.ts', 'outbound/network-reason.ts'],
      packages: ['@beckon/protocol'],
    },
    // What an operator reads and does, with no HTTP and no words.
    'operator/': {
      rooms: [
        'audit/',
        'clients/',
        'config/',
        'oauth/',
        'flow/',
        'bus/',
        'jobs/',
        'session/',
        'outbound/network-reason.ts',
        'webhooks/kinds.ts',
        ...ROWS,
        'secrets/',
        'telemetry/',
      ],
      packages: ['@beckon/protocol'],
    },
    'realtime/': {
      rooms: ['jobs/timers-port.ts', 'flow/', 'bus/', 'session/', 'telemetry/'],
      packages: ['@beckon/protocol', 'ws', 'node:'],
    },
    'oauth/': {
      rooms: [
        'webhooks/outbox.ts',
        'audit/',
        'flow/',
        'upstream-tokens/',
        'jobs/',
        'keys/',
        'outbound/',
        'session/',
        ...ROWS,
        'secrets/',
        'telemetry/',
      ],
      packages: ['@beckon/protocol', 'jose', 'zod', 'node:buffer', 'node:crypto', 'node:util'],
    },
    'flow/': {
      rooms: [
        'webhooks/outbox.ts',
        'audit/',
        'upstream-tokens/',
        'session/',
        'bus/',
        'jobs/',
        ...ROWS,
        'store/kept-rows.ts',
        'connectors/connector.ts',
        'outbound/secure-address.ts',
        'outbound/network-reason.ts',
        'secrets/',
        'telemetry/',
      ],
      packages: ['@beckon/protocol', 'node:crypto'],
    },
    // What providers issued with sign-ins, for the clients that use it.
    'upstream-tokens/': { rooms: [...ROWS, 'connectors/connector.ts', 'jobs/'], packages: [] },
    // How many sign-ins come how far.
    // The admin port: metrics, the API, the console.
    'admin/': {
      rooms: [
        'console/',
        'operator/',
        'config/',
        'session/',
        'audit/',
        'keys/',
        'http/policy/',
        'http/input/',
        'http/observe.ts',
        'http/http-error.ts',
        'secrets/',
        'telemetry/',
      ],
      packages: ['@beckon/protocol', 'express', 'zod', 'node:net'],
    },
    // The operator's pages on the admin port.
    'console/': {
      rooms: [
        'operator/',
        'config/',
        'audit/',
        'funnel/',
        'http/pages/',
        'http/policy/',
        'http/http-error.ts',
        'secrets/',
      ],
      packages: ['@beckon/protocol', 'express', 'node:'],
    },
    'funnel/': { rooms: [...ROWS, 'session/'], packages: ['@beckon/protocol'] },
    // What happened, kept for the operator.
    'audit/': {
      rooms: [...ROWS, 'store/store-error.ts', 'jobs/'],
      packages: ['node:crypto', 'node:dgram', 'node:events', 'node:net', 'node:tls'],
    },
    // What providers tell us: each genuine event is acted upon once.
    'webhooks/': {
      rooms: [
        ...ROWS,
        'connectors/connector.ts',
        'jobs/',
        'outbound/',
        'session/',
        'secrets/',
        'webhooks/outbox.ts',
        'webhooks/kinds.ts',
      ],
      packages: ['node:crypto'],
    },
    // News that websites are owed, as a write of the commit that makes it.
    'webhooks/outbox.ts': { rooms: [...ROWS, 'session/', 'webhooks/kinds.ts'], packages: [] },
    'webhooks/kinds.ts': { rooms: ['session/', 'store/kinds.ts'], packages: [] },
    // Where clients are looked up.
    'clients/': { rooms: [...ROWS, 'session/', 'jobs/timers-port.ts'], packages: [] },
    // One server as several processes: the messages between them, keeping workers up, whose turn it is to write.
    'workers/': {
      rooms: ['bus/', 'jobs/', 'store/write-turns.ts', 'session/', 'telemetry/', 'workers/workers-error.ts'],
      packages: ['node:cluster'],
    },
    // Why it cannot start or go on: known to the process edge, which has to say it.
    'workers/workers-error.ts': { rooms: [], packages: [] },
    // The change feed: a port, the feed within one process, and what of it other processes are told.
    'bus/': { rooms: ['session/', 'jobs/'], packages: [] },
    // Everything that happens later, and the process's timers.
    'jobs/': { rooms: ['store/store.ts'], packages: [] },
    // The only reader of the environment.
    'config/': {
      rooms: [
        'session/',
        'connectors/connector.ts',
        'store/store.ts',
        'store/sqlite-folder.ts',
        'telemetry/',
        'outbound/secure-address.ts',
      ],
      packages: ['@beckon/protocol', 'zod', 'ipaddr.js', 'node:'],
    },
    // The checks of a shape and of a name: a mistake in a connector's options reads as any other one in the configuration.
    'connectors/': {
      rooms: [
        'jobs/timers-port.ts',
        'session/',
        'secrets/',
        'config/check-shape.ts',
        'config/shown-name.ts',
        'openid-client/',
        'outbound/',
        'outbound/secure-address.ts',
        'outbound/network-reason.ts',
      ],
      packages: ['@beckon/protocol', 'jose', 'ws', 'zod', 'node:crypto', 'node:fs', 'node:url'],
    },
    // We as the client of an OpenID Provider. Its failures are those of the connectors' contract.
    'openid-client/': {
      rooms: ['connectors/connector.ts', 'outbound/', 'outbound/secure-address.ts'],
      packages: ['jose', 'oauth4webapi', 'zod'],
    },
    // Calls that leave the server, with their limits. It knows none of those that are called.
    'outbound/': {
      rooms: ['jobs/timers-port.ts', 'outbound/secure-address.ts', 'outbound/network-reason.ts'],
      packages: ['eventsource-parser', 'ipaddr.js', 'jose', 'zod', 'node:dns'],
    },
    // The one rule "https, or http on a loopback host".
    'outbound/secure-address.ts': { rooms: [], packages: [] },
    // Why a call got no answer: codes, and the words for them.
    'outbound/network-reason.ts': { rooms: [], packages: [] },
    'store/': {
      rooms: ['session/', 'secrets/', 'store/sqlite-folder.ts'],
      packages: ['node:sqlite', 'node:fs', 'node:fs/promises', 'node:path', 'node:crypto'],
    },
    // Whether a file can be there, asked before one is opened.
    'store/sqlite-folder.ts': { rooms: [], packages: ['node:fs', 'node:path'] },
    'keys/': {
      rooms: [...ROWS, 'store/store-error.ts', 'jobs/', 'secrets/', 'session/'],
      packages: ['jose', 'node:crypto'],
    },
    // Rows are sealed anew after a rotation of `secret`.
    'rotation/': { rooms: [...ROWS, 'store/store-error.ts', 'jobs/timers-port.ts', 'secrets/'], packages: [] },
    // Leaves: keyed hashes, sealing, derived codes; logs and metrics with what must not be in them taken out.
    'secrets/': { rooms: [], packages: ['node:crypto'] },
    'telemetry/': { rooms: [], packages: ['prom-client', 'node:'] },
    // The pure heart.
    'session/': { rooms: [], packages: ['@beckon/protocol', 'ipaddr.js', 'node:crypto'] },
  },
  'packages/widget': {
    // The script tag: loader, chunks and all in one file, with Preact in place of React.
    'standalone/': {
      rooms: ['element/', 'frame/', 'qr/', 'react/', 'messages/', 'mistakes/', 'events.ts', 'own.ts'],
      packages: ['preact'],
    },
    'element/': {
      rooms: ['react/', 'frame/', 'session/', 'theme/', 'messages/', 'events.ts', 'own.ts'],
      packages: ['@beckon/protocol', 'react', 'react-dom'],
    },
    // `loginUrl` shows the page's own login route in a frame.
    'react/': {
      rooms: ['session/', 'qr/', 'frame/', 'theme/', 'messages/', 'mistakes/', 'events.ts', 'own.ts'],
      packages: ['@beckon/protocol', 'react'],
    },
    // Headless: what it takes to draw one's own.
    'index.ts': { rooms: ['session/', 'qr/'], packages: ['@beckon/protocol'] },
    'session/': { rooms: ['transport/'], packages: ['@beckon/protocol'] },
    'transport/': { rooms: ['mistakes/', 'own.ts'], packages: ['@beckon/protocol'] },
    'qr/': { rooms: [], packages: ['@beckon/protocol', 'qrcode'] },
    'frame/': { rooms: ['messages/', 'mistakes/', 'events.ts', 'own.ts'], packages: ['@beckon/protocol'] },
    // What the page hears, in every form, and the one rule for the redirect.
    'events.ts': { rooms: ['session/'], packages: ['@beckon/protocol'] },
    // What is told to the page's developer, in a chunk of its own.
    'mistakes/': { rooms: [], packages: [] },
    'theme/': { rooms: ['own.ts'], packages: [] },
    'messages/': { rooms: [], packages: [] },
    // What markup cannot take of a document.
    'own.ts': { rooms: [], packages: [] },
  },
};

/** What only a few places may do. A place is a room, a file, or a package's path. */
export const ONLY_HERE = {
  /** Reading the environment. */
  environment: ['packages/session-server/src/config/'],
  /** Importing what is named only at run time: the operator's configuration file, for example. */
  computedImports: [
    'packages/session-server/src/config/',
    'packages/widget/src/standalone/import-chunk.ts',
    // Parts of the checkout that it is told to measure.
    'bench/insides/',
  ],
  /** The clock and the dice: everyone else is given time and randomness. */
  clockAndDice: [
    'packages/session-server/src/server/',
    'packages/session-server/src/run-cli.ts',
    'packages/session-server/src/jobs/timers.ts',
    // oauth4webapi reads the system's clock, and is told how far ours is from it.
    'packages/session-server/src/openid-client/client.ts',
    'packages/session-server/src/testing/',
  ],
  /** The process's timers: everyone else is given `Timers`. */
  timers: ['packages/session-server/src/jobs/timers.ts', 'packages/session-server/src/testing/'],
  /** Naming a concrete store or connector. `index.ts` re-exports their configuration functions (`wallet`, `sqlite`). */
  implementations: ['packages/session-server/src/server/', 'packages/session-server/src/index.ts', 'bench/insides/'],
} as const;

/** What measures parts of a server that no package publishes: it reads them where they are, in a process of its own. */
export const INSIDES: readonly string[] = ['bench/insides/'];

/** What only tests import: like tests, it may import anything. It is in no package that is published. */
export const TEST_SUPPORT: readonly string[] = ['packages/session-server/src/test-support/'];

/** Contracts that anyone may name; every other file of these rooms is an implementation. */
export const CONTRACTS: Readonly<Record<string, readonly string[]>> = {
  'packages/session-server/src/store/': [
    'store.ts',
    'write-turns.ts',
    'store-error.ts',
    'collection.ts',
    'kinds.ts',
    'partition.ts',
    'kept-rows.ts',
    'check-writes.ts',
    'sealed-rows.ts',
    'sqlite-folder.ts',
  ],
  'packages/session-server/src/connectors/': ['connector.ts', 'define-connector.ts'],
};

/** What may not be reached from a room, however many imports away. */
export const NEVER_REACHED: readonly {
  readonly from: string;
  readonly packages: readonly string[];
  readonly because: string;
}[] = [
  {
    from: 'packages/widget/src/frame/',
    packages: ['preact', 'react', 'react-dom'],
    because: 'a page that only hosts the iframe never downloads a renderer',
  },
  {
    from: 'packages/widget/src/standalone/loader.ts',
    packages: ['preact', 'react', 'react-dom', 'qrcode'],
    because: 'what draws comes when there is something to draw',
  },
  {
    from: 'packages/session-server/src/session/',
    packages: ['express', 'ws', 'jose', 'zod', 'node:fs', 'node:sqlite', 'node:http'],
    because: 'the heart is pure',
  },
  {
    from: 'packages/session-server/src/flow/',
    packages: ['express', 'ws', 'jose'],
    because: 'conducting a session knows nothing of HTTP, sockets or token formats',
  },
];
