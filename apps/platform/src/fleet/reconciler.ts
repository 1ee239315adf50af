import { ADVISORY_LOCKS } from '../db/advisory-locks.ts';
import { sql } from 'drizzle-orm';
import { startInterval, type IntervalJob } from '@portolan/process/interval';
import type { Platform } from '../platform.ts';
import { listAllBrokers, setShedSteps } from './broker-store.ts';
import type { DirectoryStreams } from './directory-streams.ts';
import { takeDown } from './service.ts';
import { listMisplaced, placeCluster } from './assignments.ts';
import { planShedding } from './shedding.ts';
import { listOverdue, removeRetired } from './tunnel-store.ts';

const LEASE_MS = 6_000;
const ROUND_MS = 1_000;
const ROUNDS_PER_REPLACEMENT = 2;
/** Moves that only improve the balance happen this many at a time, so that a new broker is not run over. */
const MOVES_MAX = 50;
/** Retiring tunnels that still carry traffic this long before their end are told to move. */
const OVERDUE_MS = 45_000;

/** Lets leases lapse, moves agents to the brokers they belong on, and removes retired tunnels, once a second. */
export class FleetReconciler {
  readonly #platform: Platform;
  readonly #streams: DirectoryStreams;
  readonly #announced = new Set<string>();
  readonly #rounds: IntervalJob;
  readonly #startedAt = performance.now();
  #round = 0;

  constructor(platform: Platform, streams: DirectoryStreams) {
    this.#platform = platform;
    this.#streams = streams;
    this.#rounds = startInterval({
      everyMs: ROUND_MS,
      run: () => this.#reconcile(),
      onError: (error) => platform.log.error({ event: 'fleet.round-failed', error: String(error) }),
    });
  }

  close(): Promise<void> {
    return this.#rounds.close();
  }

  async #reconcile(): Promise<void> {
    this.#round += 1;
    await this.#lapse();
    if (this.#round % ROUNDS_PER_REPLACEMENT === 0) await this.#replace();
  }

  async #lapse(): Promise<void> {
    const { db, log } = this.#platform;
    // After a start every lease is old; brokers get the time of one to come back.
    if (performance.now() - this.#startedAt > LEASE_MS) {
      const seen = this.#streams.brokersSeenWithin(LEASE_MS);
      for (const broker of await takeDown(db, { leaseMs: LEASE_MS, seen })) {
        log.warn({ event: 'broker.down', broker, reason: 'lease lapsed' });
      }
    }
    const overdue = await listOverdue(db, this.#streams.brokerIds, OVERDUE_MS);
    for (const { id, brokerId } of overdue) {
      if (!this.#announced.has(id)) this.#streams.send(brokerId, { type: 'move', tunnelId: id });
    }
    this.#announced.clear();
    for (const { id } of overdue) this.#announced.add(id);
    await removeRetired(db);
  }

  async #replace(): Promise<void> {
    const { db } = this.#platform;
    await db.transaction(async (tx) => {
      const { rows } = await tx.execute<{ locked: boolean }>(
        sql`select pg_try_advisory_xact_lock(${ADVISORY_LOCKS.tunnelReplacement}) as locked`,
      );
      if (!rows[0]?.locked) return;
      const live = (await listAllBrokers(db)).filter(({ state }) => state === 'live');
      const { more, less } = planShedding(live, new Date());
      await setShedSteps(db, more, 1);
      await setShedSteps(db, less, -1);
      const misplaced = await listMisplaced(db);
      const better = misplaced.filter(({ isForced }) => !isForced).slice(0, MOVES_MAX);
      for (const { clusterId } of [...misplaced.filter(({ isForced }) => isForced), ...better]) {
        await placeCluster(db, clusterId);
      }
    });
  }
}
