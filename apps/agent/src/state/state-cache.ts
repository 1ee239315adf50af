import { join } from 'node:path';
import { z } from 'zod';
import { desiredState, linkResponse } from '@portolan/contract/agent';
import type { AgentLogger } from '../logs/logger.ts';
import type { Desired } from './desired.ts';
import { KeptFile, type Kept } from './kept-file.ts';

const desiredSchema = z.object({ revision: z.number().int(), state: desiredState });

/** What the platform said, kept for a start without it. */
export class StateCache {
  readonly #desired: KeptFile<typeof desiredSchema>;
  readonly #link: KeptFile<typeof linkResponse>;
  readonly #log: AgentLogger;

  constructor(stateDir: string, log: AgentLogger) {
    this.#desired = new KeptFile(join(stateDir, 'desired-state'), desiredSchema);
    this.#link = new KeptFile(join(stateDir, 'link'), linkResponse);
    this.#log = log;
  }

  async loadDesired(): Promise<Desired | null> {
    return this.#newest(await this.#desired.load(), this.#desired.path);
  }

  async loadLink(): Promise<z.output<typeof linkResponse> | null> {
    return this.#newest(await this.#link.load(), this.#link.path);
  }

  saveDesired(desired: Desired): void {
    this.#desired.save(desired).catch((error: unknown) => this.#notKept(error));
  }

  saveLink(link: z.output<typeof linkResponse>): void {
    this.#link.save(link).catch((error: unknown) => this.#notKept(error));
  }

  /** Resolves once everything saved so far is on disk, or could not be. */
  async settle(): Promise<void> {
    await Promise.allSettled([this.#desired.settled(), this.#link.settled()]);
  }

  #newest<T>(kept: Kept<T> | null, path: string): T | null {
    if (kept?.copy === 'previous') {
      this.#log.error(
        { event: 'cache.damaged', path },
        `The cached state in ${path} is damaged; the copy before it is used until the platform answers.`,
      );
    }
    return kept?.value ?? null;
  }

  #notKept(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    this.#log.error(
      { event: 'cache.not-written' },
      `The desired state cannot be kept on disk: ${why}. It is in force, but a restart without the platform would find an older one.`,
    );
  }
}
