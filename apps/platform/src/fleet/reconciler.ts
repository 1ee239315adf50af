import type { Platform } from '../platform.ts';
import { changeShedSteps, listApprovedBrokers } from './broker-store.ts';
import type { DirectoryStreams } from './directory-streams.ts';
import { takeDown } from './service.ts';
import { listMisplaced, placeCluster } from './assignments.ts';
import { planShedding } from './shedding.ts';
import { countTunnels, deleteRetired, listOverdue, tryLockReplacement } from './placement-store.ts';

const LEASE_MS = 6_000;
const ROUNDS_PER_REPLACEMENT = 2;
/** Moves that only improve the balance happen this many at a time, so that a new broker is not overloaded. */
const MOVES_MAX = 50;
/** The brokers of retiring tunnels that still carry traffic this long before their end are asked to move them. */
const OVERDUE_MS = 45_000;

/** Lets leases lapse, moves agents to the brokers they belong on, and removes retired tunnels. */
export class FleetReconciler {
  readonly #platform: Platform;
  readonly #streams: DirectoryStreams;
  readonly #announced = new Set<string>();
  #startedAt: number | null = null;
  #round = 0;

  constructor(platform: Platform, streams: DirectoryStreams) {
    this.#platform = platform;
    this.#streams = streams;
  }

  /** Runs one round. */
  async reconcile(): Promise<void> {
    this.#startedAt ??= performance.now();
    this.#round += 1;
    await this.#lapse(performance.now() - this.#startedAt > LEASE_MS);
    if (this.#round % ROUNDS_PER_REPLACEMENT === 0) await this.#replace();
  }

  async #lapse(isPastFirstLease: boolean): Promise<void> {
    const { db, log } = this.#platform;
    // After a start every lease is old; brokers get the time of one lease to come back.
    if (isPastFirstLease) {
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
    await deleteRetired(db);
  }

  async #replace(): Promise<void> {
    const { db } = this.#platform;
    await db.transaction(async (tx) => {
      if (!(await tryLockReplacement(tx))) return;
      const live = (await listApprovedBrokers(db)).filter(({ state }) => state === 'live');
      const { more, less } = planShedding(live, await countTunnels(db), new Date());
      await changeShedSteps(db, more, 1);
      await changeShedSteps(db, less, -1);
      const misplaced = await listMisplaced(db);
      const better = misplaced.filter(({ isForced }) => !isForced).slice(0, MOVES_MAX);
      for (const { clusterId } of [...misplaced.filter(({ isForced }) => isForced), ...better]) {
        await placeCluster(db, clusterId);
      }
    });
  }
}
