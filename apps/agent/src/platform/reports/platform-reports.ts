import type { AgentLogger } from '../../logger.ts';
import type { MetricsSpool } from '../../metrics/spool.ts';
import type { RequestLog } from '../../requests/request-log.ts';
import type { OpenApiDocument } from '../../gateway/openapi/normalise.ts';
import { followAgentCommands } from '../commands/command-follower.ts';
import { CommandRunner } from '../commands/command-runner.ts';
import { sendHeartbeats } from '../link/heartbeat.ts';
import { openApiOutbox } from '../resources/openapi-outbox.ts';
import { isShared } from '../sharing/shared-data.ts';
import type { Uplink } from '../uplink/uplink.ts';
import { KeyUse, keyUseOutbox } from './key-use.ts';
import { logOutbox, type WaitingLogs } from './log-report.ts';
import { metricsOutbox } from './metrics-report.ts';

export interface PlatformReportsOptions {
  readonly uplink: Uplink;
  readonly log: AgentLogger;
  /** Names of what may leave the cluster. */
  readonly share: Parameters<typeof isShared>[1];
  readonly spool: MetricsSpool;
  readonly waitingLogs: WaitingLogs;
  readonly requests: RequestLog;
  /** OpenAPI documents by API or APIVersion, null for those not had yet; null as a whole while nothing is served. */
  readonly documents: () => ReadonlyMap<string, OpenApiDocument | null> | null;
  readonly heartbeat: Parameters<typeof sendHeartbeats>[1];
}

/** Reports metrics, OpenAPI documents, used keys, logs and heartbeats, and the requests that the platform asks for. */
export class PlatformReports {
  readonly #options: PlatformReportsOptions;
  readonly #uses = new KeyUse();
  readonly #outboxes;

  constructor(options: PlatformReportsOptions) {
    const { uplink, log, spool, waitingLogs, documents } = options;
    this.#options = options;
    this.#outboxes = {
      metrics: metricsOutbox(spool, uplink, log),
      openapi: openApiOutbox(documents, uplink, log),
      keys: keyUseOutbox(this.#uses, uplink, log),
      logs: logOutbox(waitingLogs, uplink, log),
    };
  }

  /** Sends what is shared until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { uplink, share, heartbeat } = this.#options;
    await Promise.all([
      ...Object.entries(this.#outboxes).map(([name, outbox]) => isShared(name, share) && outbox.run(signal)),
      isShared('requests', share) && this.#runCommands(signal),
      sendHeartbeats(uplink, heartbeat, signal),
    ]);
  }

  metricsAdded(): void {
    this.#outboxes.metrics.wake();
  }

  documentsChanged(): void {
    this.#outboxes.openapi.wake();
  }

  keyUsed(id: string): void {
    if (this.#uses.note(id, Date.now())) this.#outboxes.keys.wake();
  }

  async #runCommands(signal: AbortSignal): Promise<void> {
    const { uplink, log, requests } = this.#options;
    const runner = new CommandRunner({ uplink, log, requests });
    const onCommands = runner.apply.bind(runner);
    await followAgentCommands({ uplink, log, onCommands }, signal);
    await runner.close();
  }
}
