import { join } from 'node:path';
import type { z } from 'zod';
import { linkResponse } from '@portolan/contract/agent';
import type { StateMessage } from '@portolan/contract/desired-state';
import type { AgentLogger } from '../../logger.ts';
import { DesiredJournal, type Found } from './desired-journal.ts';
import type { Desired } from './desired.ts';
import { KeptFile } from '../../kept-file.ts';

/** Keeps the desired state and the link for a start without the platform. */
export class StateCache {
  readonly #desired: DesiredJournal;
  readonly #link: KeptFile<typeof linkResponse>;
  readonly #log: AgentLogger;

  constructor(stateDir: string, log: AgentLogger) {
    this.#desired = new DesiredJournal(join(stateDir, 'desired-state'));
    this.#link = new KeptFile(join(stateDir, 'link'), linkResponse, (path) => this.#damaged(path));
    this.#log = log;
  }

  async loadDesired(): Promise<Found> {
    const found = await this.#desired.open();
    if (found.isDamaged) this.#damaged(this.#desired.path);
    return found;
  }

  async loadLink(): Promise<z.output<typeof linkResponse> | null> {
    return (await this.#link.load())?.value ?? null;
  }

  /** Resolves once what a message led to is on disk, or could not be, which is logged. */
  async keepDesired(desired: Desired, message: StateMessage): Promise<void> {
    await this.#desired.keep(desired, message).catch((error: unknown) => this.#notKept(error));
  }

  saveLink(link: z.output<typeof linkResponse>): void {
    this.#link.save(link).catch((error: unknown) => this.#notKept(error));
  }

  /** Resolves once everything kept so far is on disk, or could not be. */
  async close(): Promise<void> {
    await Promise.allSettled([this.#desired.close(), this.#link.settled()]);
  }

  #damaged(path: string): void {
    this.#log.error(
      { event: 'cache.damaged', path },
      `The cached state in ${path} is damaged; what is whole of it, or the copy before it, is used until the platform is reached.`,
    );
  }

  #notKept(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    this.#log.error(
      { event: 'cache.not-written' },
      `Cannot write the desired state to disk: ${why}. It is applied, but a restart without the platform would use an older one.`,
    );
  }
}
