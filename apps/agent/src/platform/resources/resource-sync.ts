import { replaceResources, updateResources } from '@portolan/contract/agent-reports';
import { PlatformError } from '@portolan/contract/client';
import type { RouteInput } from '@portolan/contract/route';
import { Backoff } from '@portolan/process/retry';
import { WakeSignal } from '@portolan/process/wake-signal';
import { RepeatedWarning } from '../uplink/repeated-warning.ts';
import { callPlatform, type Uplink } from '../uplink/uplink.ts';
import type { AgentLogger } from '../../logger.ts';
import { changeBetween, type ResourceReport } from './resource-report.ts';

type Delta = RouteInput<typeof updateResources>['body'];

const ATTEMPT_MS = 30_000;
const PACE = { baseMs: 100, capMs: 5_000, floor: 0.1 };
// The platform forgets nothing while tunnels come and go, but it may have been restored from a backup.
const VERIFY_MS = 10 * 60_000;

/** Keeps what the platform holds of this cluster up to date: a snapshot first, then what changed, each acknowledged. */
export class ResourceSync {
  readonly #uplink: Uplink;
  readonly #log: AgentLogger;
  #wanted: ResourceReport | null = null;
  #acknowledged: { readonly report: ResourceReport; readonly at: number } | null = null;
  // Starts at the time, so that no delta of an earlier run of the agent can seem to fit.
  #sequence = Date.now();
  readonly #shown = new WakeSignal();

  readonly #onAcknowledged: () => void;

  constructor(uplink: Uplink, log: AgentLogger, onAcknowledged: () => void = () => {}) {
    this.#uplink = uplink;
    this.#log = log;
    this.#onAcknowledged = onAcknowledged;
  }

  /** Returns whether the platform acknowledged an object as it was last shown. */
  isAcknowledged(key: string): boolean {
    const wanted = this.#wanted?.objects.get(key);
    const acknowledged = this.#acknowledged?.report.objects.get(key);
    return wanted !== undefined && wanted.text === acknowledged?.text;
  }

  /** Notes the newest report; it is sent as soon as the one before is acknowledged. */
  show(report: ResourceReport): void {
    this.#wanted = report;
    this.#shown.wake();
  }

  /** Sends until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const backoff = new Backoff(PACE);
    const trouble = new RepeatedWarning(this.#log, 'sync.interrupted');
    while (!signal.aborted) {
      const wanted = this.#wanted;
      if (wanted === null || this.#acknowledged?.report === wanted) {
        await this.#changed(signal);
        continue;
      }
      try {
        await this.#send(wanted, AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_MS)]));
        backoff.reset();
        trouble.over('the platform hears of changes again');
      } catch (error) {
        if (signal.aborted) return;
        const isGap = error instanceof PlatformError && error.code === 'sequence-gap';
        if (isGap) this.#acknowledged = null;
        else
          trouble.warn(
            `The platform does not hear of changes: ${error instanceof Error ? error.message : String(error)}.`,
          );
        await backoff.wait(signal);
      }
    }
  }

  async #send(report: ResourceReport, signal: AbortSignal): Promise<void> {
    const acknowledged = this.#acknowledged;
    if (acknowledged === null) {
      const sequence = this.#sequence + 1;
      const objects = [...report.objects.values()].map(({ reported }) => reported);
      const body = { sequence, objects, problems: [...report.problems] };
      const answer = await callPlatform(this.#uplink, replaceResources, { body }, signal);
      this.#acknowledge(answer, sequence, report);
      return;
    }
    const change = changeBetween(acknowledged.report, report);
    if (change === null) {
      this.#acknowledged = { ...acknowledged, report };
      return;
    }
    const base = this.#sequence;
    const body = { base, sequence: base + 1, ...change };
    await this.#update(body, report, signal);
  }

  async #update(body: Delta, report: ResourceReport, signal: AbortSignal): Promise<void> {
    const answer = await callPlatform(this.#uplink, updateResources, { body }, signal);
    this.#acknowledge(answer, body.sequence, report);
  }

  #acknowledge(answer: { readonly sequence: number }, sequence: number, report: ResourceReport): void {
    if (answer.sequence !== sequence)
      throw new Error(`the platform acknowledged ${answer.sequence} instead of ${sequence}`);
    this.#sequence = sequence;
    this.#acknowledged = { report, at: Date.now() };
    this.#onAcknowledged();
  }

  /** Waits for a new report; verifies the acknowledged one with the platform from time to time. */
  async #changed(signal: AbortSignal): Promise<void> {
    await this.#shown.wait(signal, VERIFY_MS);
    const acknowledged = this.#acknowledged;
    const isOld = acknowledged !== null && Date.now() - acknowledged.at >= VERIFY_MS;
    if (isOld && this.#wanted === acknowledged.report && !signal.aborted)
      await this.#verify(acknowledged.report, signal);
  }

  async #verify(report: ResourceReport, signal: AbortSignal): Promise<void> {
    const base = this.#sequence;
    const body = { base, sequence: base, upserts: [], deletes: [] };
    await this.#update(body, report, signal).catch((error: unknown) => {
      if (error instanceof PlatformError && error.code === 'sequence-gap') this.#acknowledged = null;
    });
  }
}
