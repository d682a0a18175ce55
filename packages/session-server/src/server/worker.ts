/** A worker: one of several processes that serve as one server. */
import { type BeckonConfig, ConfigError, type Settings, resolveConfig } from '../config/index.ts';
import { createSharedBus } from '../bus/index.ts';
import { systemTimers } from '../jobs/index.ts';
import { type Begin, type LiveSettings, type ToWorker, createLink, createTurnTaker } from '../workers/index.ts';
import { type Composed, compose } from './compose.ts';
import { fixedHashes } from './reload.ts';
import type { SessionServerOptions } from './session-server.ts';
import { shareStderr } from './stderr-lines.ts';
import { readWidget } from './widget-files.ts';

/** Serves until the primary process says that it is over. @throws ConfigError, StoreError */
export async function runWorker(
  read: () => Promise<BeckonConfig>,
  host: string,
  options: SessionServerOptions,
): Promise<void> {
  const link = createLink();
  shareStderr();
  const begun = Promise.withResolvers<Begin>();
  const stopped = Promise.withResolvers<void>();
  const bus = createSharedBus((told) => link.send({ type: 'told', told }), systemTimers);
  const turns = createTurnTaker((message) => void link.send(message));
  let live = null as LiveSettings | null;
  let composed = null as Composed | null;

  const hear = async (message: ToWorker): Promise<void> => {
    switch (message.type) {
      case 'begin':
        live = message.live;
        return begun.resolve(message);
      case 'told':
        return bus.hear(message.told);
      case 'turn':
        return turns.hear(message.isOthers);
      case 'there':
        return link.send({ type: 'here', request: message.request });
      case 'metrics':
        return link.send({
          type: 'metrics',
          request: message.request,
          metrics: (await composed?.registry.read()) ?? [],
        });
      case 'reload':
        live = message.live;
        composed?.apply(live);
        return link.send({ type: 'here', request: message.request });
      case 'stop':
        return stopped.resolve();
    }
  };
  link.listen((message) => void hear(message));
  try {
    await link.send({ type: 'hello' });
    const { worker, port, fixed } = await begun.promise;
    const settings = resolveConfig(await read());
    assertSame(settings, fixed);
    const fellow = { worker, primary_pid: process.ppid, bus, turns };
    composed = await compose({ ...settings, ...live }, { ...options, widget: await readWidget(), fellow });
    const { server } = composed;
    // It may have changed meanwhile.
    if (live !== null) composed.apply(live);
    try {
      const url = await server.listen(port, host);
      await link.send({ type: 'serving', url });
      await stopped.promise;
    } finally {
      await server.close();
    }
  } finally {
    link.leave();
  }
}

/** The file was edited, and no reload put it in force: one server must not serve two configurations. */
function assertSame(settings: Settings, fixed: Begin['fixed']): void {
  const mine = fixedHashes(settings);
  const issues = Object.keys(mine)
    .filter((name) => mine[name] !== fixed[name])
    .map((name) => ({
      path: name,
      message: 'was changed in the file since the server started: restart the server, or take the change back',
    }));
  if (issues.length > 0) throw new ConfigError(issues);
}
