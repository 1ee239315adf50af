import { createHash } from 'node:crypto';
import {
  AUTHENTICATE_AT_ONCE_MAX,
  authenticateTunnels,
  type authenticateRequest,
  type authenticateVerdict,
  type TunnelIdentity,
} from '@portolan/contract/broker-link';
import type { Client } from '@portolan/contract/client';
import type { z } from 'zod';
import type { SnapshotState } from './snapshot.ts';

type Dial = z.input<typeof authenticateRequest>['dials'][number];
type PlatformVerdict = z.output<typeof authenticateVerdict>;

export type Verdict =
  | PlatformVerdict
  | { readonly status: 503; readonly code: string; readonly message: string };

const TIMEOUT_MS = 5_000;
const KNOWN_MAX = 100_000;
/** Questions on their way at once; a storm of agents makes them longer, not more. */
const ASKING_MAX = 2;

interface Known {
  readonly identity: TunnelIdentity;
  /** When the platform last said so. */
  readonly at: number;
}

/** Asks the platform who an agent is; while it is away, what it last said holds, so that agents can come back. */
export class Authenticator {
  readonly #client: Client;
  readonly #brokerId: string;
  readonly #onChange: () => void;
  /** By SHA-256 of tunnel and ticket: no ticket is kept. In order of use. */
  readonly #known = new Map<string, Known>();
  readonly #waiting: { readonly dial: Dial; resolve(verdict: PlatformVerdict | null): void }[] = [];
  #asking = 0;

  constructor(client: Client, brokerId: string, onChange: () => void) {
    this.#client = client;
    this.#onChange = onChange;
    this.#brokerId = brokerId;
  }

  async check(ticket: string, tunnelId: string): Promise<Verdict> {
    const key = createHash('sha256').update(`${tunnelId}\n${ticket}`).digest('base64');
    const verdict = await this.#ask({ ticket, tunnelId });
    if (verdict === null) return this.#fromMemory(key);
    if ('identity' in verdict) this.#remember(key, verdict.identity);
    else if (this.#known.delete(key)) this.#onChange();
    return verdict;
  }

  /** The platform revoked a credential. */
  forget(credentialId: string): void {
    for (const [key, { identity }] of this.#known) {
      if (identity.credentialId === credentialId) this.#known.delete(key);
    }
    this.#onChange();
  }

  /** The platform refuses this broker. */
  forgetAll(): void {
    this.#known.clear();
    this.#onChange();
  }

  /** Everyone known, for `restore` after a restart. */
  list(): SnapshotState['agents'] {
    return Array.from(this.#known, ([key, known]) => ({ key, ...known }));
  }

  restore(agents: SnapshotState['agents']): void {
    for (const { key, ...known } of agents) this.#known.set(key, known);
  }

  /** Asks at once, or together with all who come while two questions are already on their way. */
  #ask(dial: Dial): Promise<PlatformVerdict | null> {
    const { promise, resolve } = Promise.withResolvers<PlatformVerdict | null>();
    this.#waiting.push({ dial, resolve });
    if (this.#asking < ASKING_MAX) void this.#askForAll();
    return promise;
  }

  async #askForAll(): Promise<void> {
    this.#asking += 1;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, AUTHENTICATE_AT_ONCE_MAX);
      const verdicts = await this.#send(batch.map(({ dial }) => dial)).catch(() => []);
      for (const [index, { resolve }] of batch.entries()) resolve(verdicts[index] ?? null);
    }
    this.#asking -= 1;
  }

  async #send(dials: Dial[]): Promise<readonly PlatformVerdict[]> {
    const input = { params: { id: this.#brokerId }, body: { dials } };
    const { verdicts } = await this.#client.call(authenticateTunnels, input, AbortSignal.timeout(TIMEOUT_MS));
    return verdicts;
  }

  #fromMemory(key: string): Verdict {
    const known = this.#known.get(key);
    if (known) return { identity: known.identity };
    const message = 'The platform is away, and this broker has not met this agent before.';
    return { status: 503, code: 'unavailable', message };
  }

  #remember(key: string, identity: TunnelIdentity): void {
    this.#known.delete(key);
    this.#known.set(key, { identity, at: Date.now() });
    const oldest = this.#known.keys().next();
    if (this.#known.size > KNOWN_MAX && !oldest.done) this.#known.delete(oldest.value);
    this.#onChange();
  }
}
