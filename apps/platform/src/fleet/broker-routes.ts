import * as brokerRoutes from '@portolan/contract/broker-link';
import { notFound } from '../app-error.ts';
import { acknowledgeByBroker } from '../certificates/orders/challenge-store.ts';
import { requireBrokerId } from '../auth/brokers.ts';
import { mountWithoutTransaction, mountStream } from '../http/mount.ts';
import type { Api } from '../platform.ts';
import { authenticateDials } from './authenticate-dials.ts';
import { findIncarnation, renewLease } from './broker-store.ts';
import type { DirectoryStreams } from './directory-streams.ts';
import { receiveReport, register, requireApproved, takeDown } from './service.ts';

/** Serves the calls of brokers. */
export function mountBrokerRoutes(api: Api, streams: DirectoryStreams): void {
  const { db, log } = api;
  mountWithoutTransaction(api, brokerRoutes.registerBroker, async ({ body, principal }) => {
    requireBrokerId(principal, body.id);
    await register(db, body, api.config.approvedBrokers);
    log.info({ event: 'broker.registered', broker: body.id, region: body.region });
  });
  mountWithoutTransaction(api, brokerRoutes.authenticateTunnels, async ({ params: { id }, body }) => {
    await requireApproved(db, id);
    return { verdicts: await authenticateDials(db, id, body.dials) };
  });
  mountWithoutTransaction(api, brokerRoutes.renewBrokerLease, async ({ params: { id } }) => {
    streams.recordHeartbeat(id);
    if (!(await renewLease(db, id))) throw notFound(`registered broker ${id}`);
  });
  mountWithoutTransaction(api, brokerRoutes.reportSessions, ({ params: { id }, body }) =>
    receiveReport(db, id, body),
  );
  mountWithoutTransaction(api, brokerRoutes.confirmChallenges, async ({ params: { id }, body }) => {
    await requireApproved(db, id);
    await acknowledgeByBroker(db, id, body.tokens);
  });
  mountStream(api, brokerRoutes.followDirectory, async (_c, { params: { id } }) => {
    const incarnation = await findIncarnation(db, id);
    if (incarnation === null) throw notFound(`registered broker ${id}`);
    return streams.follow(id, () => {
      // The stream ends with the broker's connection: nothing reports its end sooner.
      takeDown(db, { id, incarnation })
        .then(
          (gone) =>
            gone.length > 0 && log.warn({ event: 'broker.down', broker: id, reason: 'connection ended' }),
        )
        .catch((error: unknown) =>
          log.error({ event: 'broker.down-not-stored', broker: id, error: String(error) }),
        );
    });
  });
}
