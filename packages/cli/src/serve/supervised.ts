// What a hub or agent does when `relevo up` started it: it does not outlive `up`, however that ended.

/** Drains, as on SIGTERM, when the supervisor is gone. Does nothing when nobody supervises this process. */
export function endWithSupervisor(): void {
  if (!process.send) return;
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
}
