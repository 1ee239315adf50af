import { hostname } from 'node:os';
import { z } from 'zod';
import type { KubeClient } from '../kubernetes/client/kube-client.ts';
import { OwnSecret } from '../kubernetes/own-secret.ts';
import { CREDENTIAL_SECRET } from '../kubernetes/rights/own-names.ts';

const ENTRY = 'restart.turn';
/** A replica that does not come back leaves the turn to others after that time. */
const TURN_MS = 90_000;

const turn = z.object({ holder: z.string(), until: z.number() });

/** Lets the replicas of an agent restart one after another: whose turn it is, is kept beside what else they share. */
export class RestartTurn {
  readonly #secret: OwnSecret;
  readonly #holder: string;

  constructor(client: KubeClient, holder = hostname()) {
    this.#secret = new OwnSecret(client, CREDENTIAL_SECRET);
    this.#holder = holder;
  }

  /** Takes the turn; returns false while another replica has it. Rejects as requests do. */
  async take(): Promise<boolean> {
    const mine = Buffer.from(`${this.#holder} ${Date.now() + TURN_MS}`);
    const kept = await this.#secret.update(ENTRY, (current) =>
      this.#isTaken(current) ? (current ?? mine) : mine,
    );
    return kept.equals(mine);
  }

  /** Gives the turn back, if this replica has it. Rejects as requests do. */
  async giveBack(): Promise<void> {
    const current = (await this.#secret.read())?.get(ENTRY);
    if (current === undefined || parse(current)?.holder !== this.#holder) return;
    await this.#secret.update(ENTRY, (kept) => {
      const isMine = kept !== null && parse(kept)?.holder === this.#holder;
      return isMine || kept === null ? Buffer.from(`${this.#holder} 0`) : kept;
    });
  }

  #isTaken(current: Buffer | null): boolean {
    const found = current === null ? null : parse(current);
    return found !== null && found.holder !== this.#holder && found.until > Date.now();
  }
}

function parse(kept: Buffer): z.output<typeof turn> | null {
  const [holder, until] = kept.toString('utf8').split(' ');
  return turn.safeParse({ holder, until: Number(until) }).data ?? null;
}
