import { ADVISORY_LOCKS } from '../db/advisory-locks.ts';
import { sql } from 'drizzle-orm';
import type { Platform } from '../platform.ts';
import { listAllBrokers, setShedSteps } from './broker-store.ts';
import type { DirectoryStreams } from './directory-streams.ts';
import { takeDown } from './fleet-state.ts';
import { listMisplaced, placeCluster } from './placing.ts';
import { planShedding } from './shedding.ts';
import { listOverdue, removeRetired } from './tunnel-store.ts';

const LEASE_MS = 6_000;
const ROUND_MS = 1_000;
const ROUNDS_PER_REPLACEMENT = 2;
/** One replica moves agents at a time. */

/** Moves that only improve the balance happen this many at a time, so that a new broker is not run over. */
const MOVES_MAX = 50;
/** Retiring tunnels that still carry traffic this long before their end are told to move. */
const OVERDUE_MS = 45_000;

/** What must happen by itself: leases lapse, agents move to where they belong, retired tunnels go. */
export class FleetReconciler {
  readonly #platform: Platform;
  readonly #streams: DirectoryStreams;
  readonly #told = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  readonly #startedAt = performance.now();
  #running: Promise<void> = Promise.resolve();
  #isBusy = false;
  #rounds = 0;

  constructor(platform: Platform, streams: DirectoryStreams) {
    this.#platform = platform;
    this.#streams = streams;
    this.#timer = setInterval(() => this.#run(), ROUND_MS).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  #run(): void {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#running = this.#round()
      .catch((error: unknown) =>
        this.#platform.log.error({ event: 'fleet.round-failed', error: String(error) }),
      )
      .finally(() => {
        this.#isBusy = false;
      });
  }

  async #round(): Promise<void> {
    this.#rounds += 1;
    await this.#lapse();
    if (this.#rounds % ROUNDS_PER_REPLACEMENT === 0) await this.#replace();
  }

  async #lapse(): Promise<void> {
    const { db, log } = this.#platform;
    // After a start every lease is old; brokers get the time of one to come back.
    if (performance.now() - this.#startedAt > LEASE_MS) {
      const heard = this.#streams.brokersSeenWithin(LEASE_MS);
      for (const broker of await takeDown(db, { leaseMs: LEASE_MS, heard })) {
        log.warn({ event: 'broker.down', broker, reason: 'lease lapsed' });
      }
    }
    const overdue = await listOverdue(db, this.#streams.brokerIds, OVERDUE_MS);
    for (const { id, brokerId } of overdue) {
      if (!this.#told.has(id)) this.#streams.send(brokerId, { type: 'move', tunnelId: id });
    }
    this.#told.clear();
    for (const { id } of overdue) this.#told.add(id);
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
