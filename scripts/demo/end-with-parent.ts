/**
 * Loaded into each service before its own code: when the demo is gone, however it ended, the
 * service stops as if it had been asked to.
 */
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// Watching must not keep a service alive that has finished.
process.channel?.unref();
