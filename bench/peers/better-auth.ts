/**
 * npm's `better-auth` with its device authorization plugin, on SQLite in memory: in a file, with the settings of its
 * documentation, each write waits for the disk. Its limits are widened as ours are.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import { bearer, deviceAuthorization } from 'better-auth/plugins';

const [, , client_id = ''] = process.argv;

const server = createServer();
// As ours: a connection may be idle while the others are measured.
server.keepAliveTimeout = 65_000;
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const options = {
  baseURL: url,
  secret: randomBytes(32).toString('base64url'),
  database: new DatabaseSync(':memory:'),
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: true, max: 1_000_000_000, customRules: { '/*': { window: 10, max: 1_000_000_000 } } },
  telemetry: { enabled: false },
  plugins: [
    bearer(),
    deviceAuthorization({ interval: '0s', expiresIn: '10m', validateClient: (id) => id === client_id }),
  ],
};
await (await getMigrations(options)).runMigrations();
server.on('request', toNodeHandler(betterAuth(options)) as never);
process.stdout.write(`listening on ${url}\n`);
