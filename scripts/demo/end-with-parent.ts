/**
 * Loaded into each service before its own code: when the demo is gone, however it ended, the
 * service stops as if it had been asked to.
 */
const PATIENCE_MS = 5_000;

process.once('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), PATIENCE_MS).unref();
});
// Watching must not keep a service alive that has finished.
process.channel?.unref();
