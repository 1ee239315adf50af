import type { Platform } from '../../platform.ts';

/**
 * Ends the connections of agents whose credential was revoked, or whose cluster was deleted, as soon as it is published.
 * Should a publication be lost, a job has the same effect later.
 */
export function endRevokedConnections({
  changes,
  agentSockets,
  log,
}: Pick<Platform, 'changes' | 'agentSockets' | 'log'>): { close(): void } {
  let waiting = new Set<string>();
  let isAll = false;
  let isRunning = false;
  const run = async (): Promise<void> => {
    while (isAll || waiting.size > 0) {
      const concerned = isAll ? undefined : waiting;
      [waiting, isAll] = [new Set(), false];
      await agentSockets.endInvalid(concerned);
    }
  };
  const stop = changes.onChange('*', ({ change }) => {
    if (change.topic !== 'clusters') return;
    if (change.ids.length === 0) isAll = true;
    for (const id of change.ids) waiting.add(id);
    if (isRunning) return;
    isRunning = true;
    run()
      .catch((error: unknown) => log.error({ event: 'agents.revocation-failed', error: String(error) }))
      .finally(() => {
        isRunning = false;
      });
  });
  return { close: stop };
}
