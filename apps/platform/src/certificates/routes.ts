import * as contract from '@portolan/contract/certificates';
import { notFound } from '../app-error.ts';
import { enforceRateLimit } from '../auth/rate-limit.ts';
import { Dns } from '../domains/dns.ts';
import { mount, mountWithoutTransaction } from '../http/mount.ts';
import { openProofSecret } from '../domains/open-proof-secret.ts';
import type { Api, CreateCapability, Platform } from '../platform.ts';
import { receiveCertificateReport } from './agent-report.ts';
import { openPublisher } from './dns/open-publisher.ts';
import { findCertificate, listCertificatePage } from './list-store.ts';
import { Issuers } from './orders/issuer.ts';
import { findChain, makeDue, planCertificates } from './orders/order-store.ts';
import { OrderWorker } from './orders/order-worker.ts';
import type { DnsResponderOptions } from './orders/dns-responder.ts';
import { readiness } from './orders/readiness-store.ts';
import { respondersOf } from './orders/responders.ts';

const PLAN_EVERY_MS = 5_000;
/** Attempts that an administrator asks for: authorities count failed ones. */
const RETRY_LIMIT = { burst: 5, everySeconds: 60 };

/** Certificates of custom domains from public authorities: routes, and the orders. */
export const publicCertificates: CreateCapability = (platform) => {
  const { db, config, log } = platform;
  const dns = new Dns(config.dnsServers);
  const issuers = new Issuers(platform, config.issuers);
  const context = {
    db,
    issuers,
    responders: respondersOf(db, dnsResponder(platform, dns)),
    caa: (name: string) => dns.caa(name),
    ready: readiness(db, config.issuers),
    now: () => new Date(),
    random: Math.random,
  };
  let worker: OrderWorker | null = null;
  return {
    routes(api) {
      mountAgentRoutes(api);
      mountUserRoutes(api);
    },
    start() {
      if (!issuers.isEmpty) worker = new OrderWorker(context, log);
    },
    jobs: issuers.isEmpty
      ? []
      : [{ name: 'certificates.plan', everyMs: PLAN_EVERY_MS, run: () => planCertificates(db) }],
    async close() {
      await worker?.close();
      await issuers.close();
      dns.close();
    },
  };
};

/** Returns what answers to DNS-01 challenges need; null where no zone is configured. */
function dnsResponder({ db, sealer, config, outbound }: Platform, dns: Dns): DnsResponderOptions | null {
  const { challengeZone } = config;
  if (challengeZone === null) return null;
  const secret = () => openProofSecret({ db, sealer });
  return { db, dns, zone: challengeZone.zone, secret, publisher: openPublisher(challengeZone, outbound) };
}

function mountAgentRoutes(api: Api): void {
  const { db } = api;
  mountWithoutTransaction(api, contract.reportCertificates, ({ principal, body }) =>
    receiveCertificateReport(db, principal, body),
  );
  mountWithoutTransaction(api, contract.getIssuedChain, async ({ principal, query: { id } }) => {
    const chain = await findChain(db, principal.clusterId, id);
    if (chain === null) throw notFound(`certificate ${id}`);
    return { chain };
  });
}

function mountUserRoutes(api: Api): void {
  mount(api, contract.listCertificates, ({ workspace, query }, { tx }) =>
    listCertificatePage(tx, workspace.id, query),
  );
  mount(api, contract.getCertificate, async ({ workspace, params }, { tx }) => {
    const found = await findCertificate(tx, workspace.id, params.certificate.toLowerCase());
    if (!found) throw notFound(`certificate ${params.certificate}`);
    return found;
  });
  mountWithoutTransaction(api, contract.retryCertificate, async ({ workspace, params }, transact) => {
    const host = params.certificate.toLowerCase();
    await enforceRateLimit(api.db, workspace.id, [{ key: `certificate-retry:${host}`, ...RETRY_LIMIT }]);
    return transact(async (work) => {
      const before = await findCertificate(work.tx, workspace.id, host);
      if (!before) throw notFound(`certificate ${host}`);
      await makeDue(work.tx, workspace.id, host);
      work.audit({ action: 'certificate.retry', target: { kind: 'certificate', id: host, name: host } });
      work.publish('certificates', [host], 'updated');
      return { ...before, nextAt: new Date().toISOString() };
    });
  });
}
